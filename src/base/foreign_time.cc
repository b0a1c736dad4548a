#include "base/foreign_time.h"

#include <algorithm>

namespace msiv2 {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

std::optional<system_clock::time_point> ForeignTime(sys_seconds time) {
  if (time < kEarliestForeignTime || time > kLatestForeignTime) return std::nullopt;
  return system_clock::time_point(time);
}

std::optional<system_clock::time_point> ForeignTime(std::int64_t since_1970) {
  return ForeignTime(sys_seconds(seconds(since_1970)));
}

std::optional<system_clock::time_point> ForeignTimeIn(std::int64_t count, system_clock::time_point start) {
  constexpr seconds kMost = kLatestForeignTime - kEarliestForeignTime;
  if (count < 0 || count > kMost.count()) return std::nullopt;
  // In whole seconds, the time of a nanosecond clock leaves room for the sum.
  if (!ForeignTime(std::chrono::floor<seconds>(start) + seconds(count))) return std::nullopt;
  return start + seconds(count);
}

std::optional<seconds> ForeignSpan(std::int64_t count, seconds longest) {
  if (count < 1 || count > longest.count()) return std::nullopt;
  return seconds(count);
}

system_clock::time_point ClampForeignTime(sys_seconds time) {
  return std::clamp(time, kEarliestForeignTime, kLatestForeignTime);
}

}  // namespace msiv2
