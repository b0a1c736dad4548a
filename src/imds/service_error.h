// IMDS's own words about a refusal.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::imds {

/// RefusalError makes the error of `code` at `step` for an answer with a status other than 200: status,
/// IMDS's words, and whether a retry can help. `what` names the request, for example "getplatformmetadata".
Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response);

}  // namespace msiv2::imds
