#include "imds/service_error.h"

#include <initializer_list>

#include "base/json.h"
#include "http/retry.h"
#include "http/service_text.h"

namespace msiv2::imds {
namespace {

std::string FirstOf(const JsonObject& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const auto text = object.String(key);
    if (text && !text->empty()) return ServiceText(*text);
  }
  return {};
}

}  // namespace

ServiceError ParseServiceError(std::string_view body) {
  const auto document = JsonObject::Parse(body);
  if (!document) return {{}, ServiceText(body), {}};
  ServiceError error;
  error.correlation_id = FirstOf(*document, {"correlationId", "correlation_id"});
  const auto nested = document->Object("error");
  const JsonObject& words = nested ? *nested : *document;
  error.code = nested ? FirstOf(words, {"code"}) : FirstOf(words, {"error"});
  error.description = FirstOf(words, {"error_description", "message"});
  if (error.correlation_id.empty())
    error.correlation_id = FirstOf(words, {"correlationId", "correlation_id"});
  return error;
}

Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response) {
  const ServiceError words = ParseServiceError(response.body);
  std::string message =
      "IMDS answered " + std::string(what) + " with status " + std::to_string(response.status);
  if (!words.code.empty()) message += ": " + words.code;
  if (!words.description.empty()) message += ": " + words.description;
  if (!words.correlation_id.empty()) message += " (IMDS correlation id " + words.correlation_id + ")";
  Error error(code, step, message);
  error.http_status = response.status;
  error.service_error = words.code;
  error.retryable = IsTransientImdsStatus(response.status);
  return error;
}

}  // namespace msiv2::imds
