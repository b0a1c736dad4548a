#include "base/begin_call.h"

#include <gtest/gtest.h>

#include "msiv2/testing/fake_clock.h"

namespace msiv2 {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// A5.
TEST(BeginCall, BoundsTheCallersTimeBeforeItIsAddedToTheClock) {
  testing::FakeClock clock;
  const auto deadline = [&](std::optional<milliseconds> timeout, milliseconds fallback) {
    return BeginCall(clock, {.timeout = timeout}, fallback).deadline - clock.MonotonicNow();
  };
  EXPECT_EQ(deadline(milliseconds(250), milliseconds(7)), milliseconds(250));
  EXPECT_EQ(deadline(std::nullopt, milliseconds(7)), milliseconds(7));
  EXPECT_EQ(deadline(milliseconds::max(), milliseconds(7)), hours(24 * 365));
  EXPECT_EQ(deadline(milliseconds::min(), milliseconds(7)), milliseconds(0));
  EXPECT_EQ(deadline(std::nullopt, milliseconds::max()), hours(24 * 365));
}

}  // namespace
}  // namespace msiv2
