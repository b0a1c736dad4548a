#include "bench/soak/tally.h"

#include <gtest/gtest.h>

namespace msiv2::soak {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SoakCounts, ACallThatEndsLongAfterItsDeadlineBreaksAnInvariant) {
  Counts counts;
  counts.AddEnd(milliseconds(5), milliseconds(20), seconds(3));
  EXPECT_EQ(counts.longest_overrun, milliseconds(0)) << "it kept its deadline";
  counts.AddEnd(milliseconds(3020), milliseconds(20), seconds(3));
  EXPECT_EQ(counts.longest_overrun, seconds(3));
  EXPECT_EQ(counts.violations, 0U);
  counts.AddEnd(milliseconds(3021), milliseconds(20), seconds(3));
  ASSERT_EQ(counts.violations, 1U);
  EXPECT_EQ(counts.first_violations[0], "a call ended 3001 ms after its deadline");
}

TEST(SoakCounts, TheLongestOverrunOfAllIsKept) {
  Counts one;
  Counts other;
  one.AddEnd(seconds(2), seconds(1), seconds(3));
  other.AddEnd(seconds(3), seconds(1), seconds(3));
  one.Merge(other);
  EXPECT_EQ(one.longest_overrun, seconds(2));
  one.Merge(Counts());
  EXPECT_EQ(one.longest_overrun, seconds(2));
}

}  // namespace
}  // namespace msiv2::soak
