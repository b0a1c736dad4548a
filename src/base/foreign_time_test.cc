#include "base/foreign_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLatest = 4102444800;  // date -u -d 2100-01-01 +%s
constexpr std::int64_t kNow = 1795348800;     // date -u -d '2026-11-22 12:00:00' +%s

// A5.
TEST(ForeignTime, LiesFrom1970To2100) {
  for (const std::int64_t good : {std::int64_t{0}, std::int64_t{1}, kNow, kLatest}) {
    EXPECT_EQ(ForeignTime(good), sys_seconds(seconds(good))) << good;
  }
  // 20242626213 wraps around a nanosecond clock into November 2026.
  for (const std::int64_t bad : {std::int64_t{-1}, kLatest + 1, std::int64_t{20242626213}, kMost, kLeast}) {
    EXPECT_EQ(ForeignTime(bad), std::nullopt) << bad;
    EXPECT_EQ(ForeignTime(sys_seconds(seconds(bad))), std::nullopt) << bad;
  }
}

// A5.
TEST(ForeignTimeIn, CountsFromAnyClockWithoutOverflow) {
  const system_clock::time_point now = sys_seconds(seconds(kNow)) + milliseconds(250);
  EXPECT_EQ(ForeignTimeIn(0, now), now);
  EXPECT_EQ(ForeignTimeIn(3600, now), now + hours(1));
  EXPECT_EQ(ForeignTimeIn(kLatest - kNow, now), sys_seconds(seconds(kLatest)) + milliseconds(250));
  for (const std::int64_t bad : {std::int64_t{-1}, kLatest - kNow + 1, kMost, kLeast}) {
    EXPECT_EQ(ForeignTimeIn(bad, now), std::nullopt) << bad;
  }
  for (const auto start : {system_clock::time_point::max(), system_clock::time_point::min()}) {
    EXPECT_EQ(ForeignTimeIn(3600, start), std::nullopt);
    EXPECT_EQ(ForeignTimeIn(kLatest, start), std::nullopt);
  }
}

TEST(ForeignSpan, IsPositiveAndNoLongerThanAsked) {
  EXPECT_EQ(ForeignSpan(1, hours(1)), seconds(1));
  EXPECT_EQ(ForeignSpan(3600, hours(1)), hours(1));
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3601}, kMost, kLeast}) {
    EXPECT_EQ(ForeignSpan(bad, hours(1)), std::nullopt) << bad;
  }
}

TEST(ClampForeignTime, TakesTheNearerEnd) {
  EXPECT_EQ(ClampForeignTime(sys_seconds(seconds(1))), sys_seconds(seconds(1)));
  EXPECT_EQ(ClampForeignTime(sys_seconds::max()), kLatestForeignTime);
  EXPECT_EQ(ClampForeignTime(sys_seconds::min()), kEarliestForeignTime);
}

}  // namespace
}  // namespace msiv2
