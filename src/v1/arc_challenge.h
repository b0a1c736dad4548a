// The challenge of Azure Arc.
#pragma once

#include <string>

#include "msiv2/http.h"
#include "msiv2/result.h"

namespace msiv2::v1 {

/// ParseArcChallenge returns the path in `WWW-Authenticate: Basic realm=PATH` of a 401. Errors:
/// `managed_identity_request_failed` for a 401 without the header, or with another challenge.
Result<std::string> ParseArcChallenge(const HttpResponse& response);

}  // namespace msiv2::v1
