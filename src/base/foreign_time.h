// Times that others name, services, certificates and callers alike: bounded before they are converted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace msiv2 {

/// kEarliestForeignTime and kLatestForeignTime bound every time that another names: what lies outside is
/// nonsense, or an attempt to overflow system_clock, whose nanoseconds end in the year 2262. Two times within
/// the bounds have a difference, and ten times that difference, that cannot overflow either.
inline constexpr std::chrono::sys_seconds kEarliestForeignTime{};
inline constexpr std::chrono::sys_seconds kLatestForeignTime =
    std::chrono::sys_days(std::chrono::year(2100) / std::chrono::January / 1);

/// ForeignTime returns `time`, or nothing where it lies outside of 1970 to 2100.
std::optional<std::chrono::system_clock::time_point> ForeignTime(std::chrono::sys_seconds time);

/// ForeignTime returns the time `since_1970` seconds after the start of 1970, under the same bounds.
std::optional<std::chrono::system_clock::time_point> ForeignTime(std::int64_t since_1970);

/// ForeignTimeIn returns the time `count` seconds after `start`, which is this host's own. Nothing where
/// `count` is negative, or where the result lies outside of 1970 to 2100: `start` itself may be nonsense.
std::optional<std::chrono::system_clock::time_point> ForeignTimeIn(
    std::int64_t count, std::chrono::system_clock::time_point start);

/// ForeignSpan returns `count` seconds, or nothing unless `count` is from 1 to `longest`.
std::optional<std::chrono::seconds> ForeignSpan(std::int64_t count, std::chrono::seconds longest);

/// ClampForeignTime returns `time`; what lies outside of 1970 to 2100 becomes the nearer end. For the dates
/// of a certificate alone: the year 9999 says that there is no end (RFC 5280 section 4.1.2.5).
std::chrono::system_clock::time_point ClampForeignTime(std::chrono::sys_seconds time);

}  // namespace msiv2
