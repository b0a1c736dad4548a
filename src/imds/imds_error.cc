#include "imds/imds_error.h"

#include "http/retry.h"
#include "http/service_error.h"

namespace msiv2::imds {

Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response,
                   const KnownSecrets& secrets) {
  const ServiceError words = ParseServiceError(response.body, secrets);
  std::string message =
      "IMDS answered " + std::string(what) + " with status " + std::to_string(response.status);
  if (step == Step::kMetadata) message += ImdsHint(response.status, words);
  if (!words.code.empty()) message += ": " + words.code;
  if (!words.description.empty()) message += ": " + words.description;
  if (!words.correlation_id.empty()) message += " (IMDS correlation id " + words.correlation_id + ")";
  const bool not_found = step == Step::kMetadata && IsIdentityNotFound(response.status, words);
  Error error(not_found ? ErrorCode::kIdentityNotFound : code, step, message);
  error.http_status = response.status;
  error.service_error = words.code;
  error.retryable = IsTransientImdsStatus(response.status);
  return error;
}

}  // namespace msiv2::imds
