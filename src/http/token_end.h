// An access token that had ended before it was handed out.
#pragma once

#include <optional>
#include <string_view>

#include "msiv2/http.h"

namespace msiv2 {

/// WhyEnded says what is wrong with `token`, a JWT, where its `exp` does not lie after the Date header of
/// `answer`, which brought it, or is not a time between 1970 and 2100. The text is static and goes on behind
/// "a token that". Both times are those of services: this host's clock decides nothing.
///
/// Nothing where the answer has no Date, and where the token cannot be read or has no `exp`.
std::optional<std::string_view> WhyEnded(std::string_view token, const HttpResponse& answer);

}  // namespace msiv2
