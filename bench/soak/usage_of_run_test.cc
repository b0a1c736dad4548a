#include "bench/soak/usage_of_run.h"

#include <gtest/gtest.h>

namespace msiv2::soak {
namespace {

UsageOfRun Handles(std::uint64_t at_start, std::uint64_t at_end, std::uint64_t closed) {
  UsageOfRun usage;
  usage.at_start = ProcessUsage{0, at_start};
  usage.at_end = ProcessUsage{0, at_end};
  usage.closed = ProcessUsage{0, closed};
  return usage;
}

TEST(UsageOfRun, HandlesMayGrowWithThreadsAndIdentitiesAlone) {
  const std::uint64_t most = MostHandles(/*threads=*/4, /*identities=*/2);
  EXPECT_GT(MostHandles(5, 2), most);
  EXPECT_GT(MostHandles(4, 3), most);
  EXPECT_FALSE(TooManyHandles(Handles(5, 5 + most, 5), 4, 2));
  const auto wrong = TooManyHandles(Handles(5, 6 + most, 5), 4, 2);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(*wrong, "the handles of the client process grew to " + std::to_string(6 + most));
}

TEST(UsageOfRun, HandlesReturnToWhatTheyWere) {
  EXPECT_FALSE(TooManyHandles(Handles(5, 20, 5), 4, 2));
  EXPECT_FALSE(TooManyHandles(Handles(5, 20, 13), 4, 2)) << "what a library may keep";
  EXPECT_EQ(TooManyHandles(Handles(5, 20, 14), 4, 2), "handles of the client process are left open: 14");
}

TEST(UsageOfRun, WhatIsUnknownBreaksNothing) {
  UsageOfRun usage = Handles(5, 1000, 1000);
  usage.at_start.reset();
  EXPECT_FALSE(TooManyHandles(usage, 4, 2));
}

}  // namespace
}  // namespace msiv2::soak
