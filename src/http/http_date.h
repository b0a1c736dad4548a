// Dates in HTTP headers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace msiv2 {

/// ParseHttpDate parses an HTTP date in the IMF-fixdate form (RFC 9110 section 5.6.7), for example
/// `Sun, 06 Nov 1994 08:49:37 GMT`. It returns nullopt for the two obsolete forms, for a date outside the
/// years 1970 to 2100, and for anything else.
std::optional<std::chrono::sys_seconds> ParseHttpDate(std::string_view text);

}  // namespace msiv2
