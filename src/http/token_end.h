// Detects an access token that had expired before it was issued.
#pragma once

#include <optional>
#include <string_view>

#include "msiv2/http.h"

namespace msiv2 {

/// WhyEnded returns what is wrong with the `exp` of `token`, a JWT that `answer` contains. Either `exp` is
/// not later than the Date header of `answer`, or it is not a time between 1970 and 2100. The text is static
/// and continues "a token that". Both times come from services, so this host's clock does not matter.
///
/// It returns nullopt if `exp` is valid, if the answer has no Date, and if the token cannot be read or has no
/// `exp`.
std::optional<std::string_view> WhyEnded(std::string_view token, const HttpResponse& answer);

}  // namespace msiv2
