// The Retry-After header.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace msiv2 {

/// ParseRetryAfter parses the value of a Retry-After header (RFC 9110 section 10.2.3). The value is a number
/// of seconds, digits only, or an HTTP date in the IMF-fixdate form, relative to the wall-clock time `now`. A
/// past date gives zero. The result is at most one day. It is nullopt for anything else.
std::optional<std::chrono::seconds> ParseRetryAfter(std::string_view value,
                                                    std::chrono::system_clock::time_point now);

}  // namespace msiv2
