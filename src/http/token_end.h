// An access token that had ended before it was handed out.
#pragma once

#include <string_view>

#include "msiv2/http.h"

namespace msiv2 {

/// HasEnded returns true if `token` is a JWT whose `exp` does not lie after the Date header of `answer`,
/// which brought it, or is not a time between 1970 and 2100. Both are times of services: this host's clock
/// decides nothing. False where the answer has no Date, and where the token cannot be read or has no `exp`.
bool HasEnded(std::string_view token, const HttpResponse& answer);

/// kHasEnded says so, behind "a token that".
inline constexpr std::string_view kHasEnded =
    "had ended by the answer's own Date; a proxy that replays old answers, or the service's clock, is wrong";

}  // namespace msiv2
