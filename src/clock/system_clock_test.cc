#include <gtest/gtest.h>

#include <thread>

#include "msiv2/clock.h"

namespace msiv2 {
namespace {

TEST(SystemClock, IsOneAndMovesForward) {
  const auto clock = SystemClock();
  EXPECT_EQ(clock, SystemClock());
  // The wall clock is that of the system's last tick.
  const auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
  const auto now = clock->Now();
  const auto after = std::chrono::system_clock::now();
  EXPECT_GT(now, before);
  EXPECT_LE(now, after);
  const auto first = clock->MonotonicNow();
  EXPECT_GE(clock->MonotonicNow(), first);
}

TEST(SystemClock, ReturnsAtOnceFromASleepThatIsOver) {
  const auto clock = SystemClock();
  EXPECT_TRUE(clock->SleepUntil(clock->MonotonicNow(), {}));
  EXPECT_TRUE(clock->SleepUntil({}, {}));
}

TEST(SystemClock, SleepsToTheEnd) {
  const auto clock = SystemClock();
  const auto until = clock->MonotonicNow() + std::chrono::milliseconds(5);
  EXPECT_TRUE(clock->SleepUntil(until, {}));
  EXPECT_GE(clock->MonotonicNow(), until);
}

TEST(SystemClock, EndsASleepOnCancellationBeforeOrDuringIt) {
  const auto clock = SystemClock();
  CancellationSource source;
  std::thread other([&] { source.Cancel(); });
  EXPECT_FALSE(clock->SleepUntil(clock->MonotonicNow() + std::chrono::hours(1), source.token()));
  other.join();
  EXPECT_FALSE(clock->SleepUntil(clock->MonotonicNow() + std::chrono::hours(1), source.token()));
}

}  // namespace
}  // namespace msiv2
