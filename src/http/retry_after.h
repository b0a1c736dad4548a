// The Retry-After header.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace msiv2 {

/// ParseRetryAfter reads the value of a Retry-After header (RFC 9110 section 10.2.3): seconds, digits only,
/// or an HTTP date in the IMF-fixdate form, relative to the wall time `now`; a past date is zero. At most one
/// day is returned. Nothing for anything else.
std::optional<std::chrono::seconds> ParseRetryAfter(std::string_view value,
                                                    std::chrono::system_clock::time_point now);

}  // namespace msiv2
