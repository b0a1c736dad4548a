#include "bench/soak/latencies.h"

#include <gtest/gtest.h>

namespace msiv2::soak {
namespace {

using std::chrono::nanoseconds;

TEST(Latencies, AreZeroWithoutAny) {
  const Latencies none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.Percentile(0.99), nanoseconds(0));
  EXPECT_EQ(none.slowest(), nanoseconds(0));
}

TEST(Latencies, GivePercentilesThatAreAtMostASixteenthTooHigh) {
  Latencies latencies;
  for (int i = 1; i <= 100000; ++i) latencies.Add(nanoseconds(i));
  EXPECT_EQ(latencies.count(), 100000U);
  EXPECT_EQ(latencies.slowest(), nanoseconds(100000));
  for (const auto& [share, exact] : {std::pair{0.5, 50000}, {0.99, 99000}, {0.999, 99900}, {0.00001, 1}}) {
    EXPECT_GE(latencies.Percentile(share).count(), exact);
    EXPECT_LE(latencies.Percentile(share).count(), exact * 17 / 16);
  }
  EXPECT_EQ(latencies.Percentile(1), nanoseconds(100000));
}

TEST(Latencies, AreExactBelowSixteenNanosecondsAndTakeAnything) {
  Latencies latencies;
  for (const auto value : {nanoseconds(-5), nanoseconds(0), nanoseconds(15), nanoseconds::max()})
    latencies.Add(value);
  EXPECT_EQ(latencies.Percentile(0.5), nanoseconds(0));
  EXPECT_EQ(latencies.Percentile(0.75), nanoseconds(15));
  EXPECT_EQ(latencies.Percentile(1), nanoseconds::max());
}

TEST(Latencies, MergeAsIfCountedTogether) {
  Latencies a;
  Latencies b;
  for (int i = 0; i < 90; ++i) a.Add(nanoseconds(10));
  for (int i = 0; i < 10; ++i) b.Add(nanoseconds(1000));
  a.Merge(b);
  EXPECT_EQ(a.count(), 100U);
  EXPECT_EQ(a.Percentile(0.9), nanoseconds(10));
  EXPECT_EQ(a.slowest(), nanoseconds(1000));
  EXPECT_GE(a.Percentile(0.91), nanoseconds(1000));
}

}  // namespace
}  // namespace msiv2::soak
