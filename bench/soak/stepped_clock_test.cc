#include "bench/soak/stepped_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace msiv2::soak {
namespace {

TEST(SteppedClock, MovesBothTimesOn) {
  SteppedClock clock;
  const auto wall = clock.Now();
  const auto monotonic = clock.MonotonicNow();
  clock.Step(std::chrono::hours(5));
  clock.Step(std::chrono::hours(1));
  EXPECT_EQ(clock.Ahead(), std::chrono::hours(6));
  EXPECT_GE(clock.Now() - wall, std::chrono::hours(6));
  EXPECT_GE(clock.MonotonicNow() - monotonic, std::chrono::hours(6));
}

TEST(SteppedClock, AStepWakesASleeper) {
  SteppedClock clock;
  bool slept = false;
  const auto until = clock.MonotonicNow() + std::chrono::hours(1);
  std::thread sleeper([&] { slept = clock.SleepUntil(until, {}); });
  clock.Step(std::chrono::hours(2));
  sleeper.join();
  EXPECT_TRUE(slept);
}

TEST(SteppedClock, ACancellationWakesASleeper) {
  SteppedClock clock;
  const CancellationSource source;
  bool slept = true;
  const auto until = clock.MonotonicNow() + std::chrono::hours(1);
  std::thread sleeper([&] { slept = clock.SleepUntil(until, source.token()); });
  source.Cancel();
  sleeper.join();
  EXPECT_FALSE(slept);
  EXPECT_FALSE(clock.SleepUntil(until, source.token()));
}

}  // namespace
}  // namespace msiv2::soak
