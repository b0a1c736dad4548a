#include "v1/answer.h"

#include <utility>

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "base/json.h"
#include "http/retry.h"
#include "http/service_error.h"
#include "http/token_end.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

Error Failed(IdentitySource source, ErrorCode code, int status, std::string cause) {
  Error error(code, Step::kToken, std::string(Name(source)) + " " + std::move(cause));
  error.kind = ErrorKind::kService;
  error.source = Name(source);
  error.http_status = status;
  return error;
}

// Returns true if a retry may succeed, by the row of the retry table that applies to the source.
bool MayAnswerBetter(RetryLeg leg, int status) {
  switch (leg) {
    case RetryLeg::kImds:
    case RetryLeg::kProbe:
    case RetryLeg::kCredential:
      return IsTransientImdsStatus(status);
    case RetryLeg::kToken:
      return IsServerError(status);
    case RetryLeg::kSource:
      break;
  }
  return IsTransientSourceStatus(status);
}

Error Refusal(IdentitySource source, const HttpResponse& response, const KnownSecrets& secrets) {
  const ServiceError words = ParseServiceError(response.body, secrets);
  const bool is_imds = source == IdentitySource::kImds;
  std::string cause = "answered with status " + std::to_string(response.status);
  if (is_imds) cause += ImdsHint(response.status, words);
  if (Trim(response.body).empty()) {
    cause += "; no response body was received";
  } else if (!words.is_known_form) {
    cause += "; its error response has an unexpected form";
  }
  if (!words.code.empty()) cause += ": " + words.code;
  if (!words.description.empty()) cause += ": " + words.description;
  if (!words.correlation_id.empty()) {
    cause += " (correlation id " + words.correlation_id + " issued by the '" + std::string(Name(source)) +
             "' managed identity source)";
  }
  const bool not_found = is_imds && IsIdentityNotFound(response.status, words);
  const ErrorCode code = not_found ? ErrorCode::kIdentityNotFound : ErrorCode::kManagedIdentityRequestFailed;
  Error error = Failed(source, code, response.status, std::move(cause));
  error.service_error = words.code;
  error.aadsts = words.aadsts;
  error.retryable = MayAnswerBetter(SourceOf(source).retries, response.status);
  return error;
}

}  // namespace

Result<SourceToken> ParseTokenAnswer(IdentitySource source, const HttpResponse& response,
                                     const KnownSecrets& secrets,
                                     std::chrono::system_clock::time_point asked_at) {
  if (response.status != 200) return Refusal(source, response, secrets);
  const auto bad = [&](ErrorCode code, std::string cause) {
    return Failed(source, code, 200, std::move(cause));
  };
  if (Trim(response.body).empty()) {
    return bad(ErrorCode::kManagedIdentityRequestFailed,
               "sent an invalid response: status 200 without a body");
  }
  const auto document = JsonObject::ParseUnambiguous(response.body);
  if (!document) {
    return bad(ErrorCode::kManagedIdentityResponseParseFailure,
               "sent an answer that " + std::string(document.error().what));
  }
  SourceToken token;
  token.access_token = SecretString(document->String("access_token").value_or(""));
  if (token.access_token.empty() || !IsVisible(token.access_token.Reveal())) {
    return bad(ErrorCode::kManagedIdentityResponseParseFailure,
               "sent an answer whose access_token is missing, or holds characters that no header can carry");
  }
  const std::string type = document->String("token_type").value_or("Bearer");
  if (!EqualsIgnoreCase(type, "Bearer")) {
    return bad(ErrorCode::kTokenTypeMismatch,
               "was asked for a bearer token and sent token_type " + ForeignText(type, secrets, 40));
  }
  auto lifetime = ReadLifetime(*document, asked_at);
  if (!lifetime) return bad(lifetime.error().code, "sent a token, but " + lifetime.error().message);
  token.lifetime = *lifetime;
  if (source == IdentitySource::kWorkloadIdentity) {
    if (const auto why = WhyEnded(token.access_token.Reveal(), response)) {
      return bad(ErrorCode::kTokenRequestFailed, std::string("sent a token that ").append(*why));
    }
  }
  token.client_id = ForeignText(document->String("client_id").value_or(""), secrets, 80);
  return token;
}

Leg LegOf(IdentitySource source) {
  const ErrorCode silent = source == IdentitySource::kImds ? ErrorCode::kImdsUnreachable
                                                           : ErrorCode::kManagedIdentityUnreachableNetwork;
  return {Step::kToken, silent, ErrorCode::kManagedIdentityRequestFailed, Name(source)};
}

}  // namespace msiv2::v1
