// Foreign times: times from services, certificates and callers, which are checked before they are converted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace msiv2 {

/// kEarliestForeignTime and kLatestForeignTime bound every foreign time. A time outside the bounds is
/// invalid, or an attempt to overflow system_clock, whose nanoseconds end in the year 2262. The difference of
/// two times within the bounds cannot overflow either.
inline constexpr std::chrono::sys_seconds kEarliestForeignTime{};
inline constexpr std::chrono::sys_seconds kLatestForeignTime =
    std::chrono::sys_days(std::chrono::year(2100) / std::chrono::January / 1);

/// ForeignTime returns `time`, or nullopt if it is outside 1970 to 2100.
std::optional<std::chrono::system_clock::time_point> ForeignTime(std::chrono::sys_seconds time);

/// ForeignTime returns the time `since_1970` seconds after the start of 1970, with the same bounds.
std::optional<std::chrono::system_clock::time_point> ForeignTime(std::int64_t since_1970);

/// ForeignTimeIn returns the time `count` seconds after `start`, which is a time of this host. It returns
/// nullopt if `count` is negative, or if the result is outside 1970 to 2100. `start` itself may be invalid.
std::optional<std::chrono::system_clock::time_point> ForeignTimeIn(
    std::int64_t count, std::chrono::system_clock::time_point start);

/// ForeignSpan returns `count` seconds, or nullopt if `count` is not from 1 to `longest`.
std::optional<std::chrono::seconds> ForeignSpan(std::int64_t count, std::chrono::seconds longest);

/// ClampForeignTime returns `time`, or the nearer bound if it is outside 1970 to 2100. It is only for the
/// dates of a certificate, where the year 9999 means that there is no end (RFC 5280 section 4.1.2.5).
std::chrono::system_clock::time_point ClampForeignTime(std::chrono::sys_seconds time);

}  // namespace msiv2
