// IMDS's own words about a refusal.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::imds {

/// ServiceError is what an error body of IMDS says; every member may be empty. Fit for messages.
struct ServiceError {
  std::string code;            ///< `error`, or `code` of a nested error object
  std::string description;     ///< `error_description`, else `message`, else the body's first line
  std::string correlation_id;  ///< IMDS's `correlationId`
};

/// ParseServiceError reads an error body, best effort: the flat form, the form with a nested `error` object,
/// or any text.
ServiceError ParseServiceError(std::string_view body);

/// RefusalError makes the error of `code` at `step` for an answer with a status other than 200: status,
/// IMDS's words, and whether a retry can help. `what` names the request, for example "getplatformmetadata".
Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response);

}  // namespace msiv2::imds
