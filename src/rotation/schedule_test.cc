#include "rotation/schedule.h"

#include <gtest/gtest.h>

namespace msiv2::rotation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const auto kStart = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 1);

TEST(RenewAtTest, IsWithinATenthOfHalfOfTheLife) {
  for (int host = 0; host < 1000; ++host) {
    const auto at = RenewAt(kStart, kStart + hours(200), kStart, "thumbprint " + std::to_string(host));
    EXPECT_GE(at, kStart + hours(90)) << host;
    EXPECT_LE(at, kStart + hours(110)) << host;
  }
}

// A fleet that booted together must not renew together.
// G-33.
TEST(RenewAtTest, HostsSpreadOverTheWholeRange) {
  std::array<int, 10> tenths{};
  for (int host = 0; host < 1000; ++host) {
    const auto at = RenewAt(kStart, kStart + hours(200), kStart, "thumbprint " + std::to_string(host));
    const auto share = static_cast<double>((at - kStart - hours(90)).count()) /
                       static_cast<double>(std::chrono::system_clock::duration(hours(20)).count());
    ++tenths.at(std::min<std::size_t>(9, static_cast<std::size_t>(share * 10)));
  }
  for (const int hosts : tenths) EXPECT_NEAR(hosts, 100, 50);
}

TEST(RenewAtTest, IsTheSameAfterARestart) {
  EXPECT_EQ(RenewAt(kStart, kStart + days(7), kStart, "x"), RenewAt(kStart, kStart + days(7), kStart, "x"));
}

// A2.
TEST(RenewAtTest, NeverComesSoonerThanAnHourOrAQuarterOfWhatIsLeft) {
  struct Row {
    seconds left;
    seconds delay;
  };
  for (const Row row : {Row{days(7), hours(1)}, Row{hours(5), hours(1)}, Row{hours(4), hours(1)},
                        Row{hours(2), minutes(30)}, Row{minutes(6), seconds(90)}}) {
    const auto now = kStart + days(30);
    // Past half of its life: by dates of the issuer's, or because this host's clock is ahead.
    EXPECT_EQ(RenewAt(kStart, now + row.left, now, "x"), now + row.delay) << row.left.count();
  }
}

// A2.
TEST(RenewAtTest, TheMinimumDelayPutsNothingForward) {
  const auto due = RenewAt(kStart, kStart + days(7), kStart, "x");
  EXPECT_GT(due, kStart + days(3));
  EXPECT_EQ(RenewAt(kStart, kStart + days(7), kStart + days(2), "x"), due) << "restored two days later";
  EXPECT_EQ(RenewAt(kStart, kStart + days(7), due, "x"), due + hours(1)) << "restored when it is due";
}

// A2.
TEST(RenewAtTest, ALongLifeCountsAs90Days) {
  for (const auto life : {days(91), days(365), days(365 * 70)}) {
    EXPECT_EQ(RenewAt(kStart, kStart + life, kStart, "x"), RenewAt(kStart, kStart + days(90), kStart, "x"));
  }
  EXPECT_LT(RenewAt(kStart, kStart + days(80), kStart, "x"), RenewAt(kStart, kStart + days(90), kStart, "x"));
}

// A2.
TEST(RefreshAtTest, NeverComesSoonerThanFiveMinutesOrAQuarterOfWhatIsLeft) {
  EXPECT_EQ(RefreshAt(kStart + seconds(1), kStart + hours(24), kStart), kStart + minutes(5));
  EXPECT_EQ(RefreshAt(kStart + seconds(1), kStart + minutes(8), kStart), kStart + minutes(2));
  EXPECT_EQ(RefreshAt(kStart + minutes(5), kStart + hours(24), kStart), kStart + minutes(5));
  EXPECT_EQ(RefreshAt(kStart + hours(12), kStart + hours(24), kStart), kStart + hours(12));
}

TEST(BackoffAfterTest, DoublesFromHalfAMinuteToTenMinutes) {
  const std::vector<int> expected{30, 60, 120, 240, 480, 600, 600, 600};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(BackoffAfter(static_cast<int>(i) + 1), seconds(expected[i])) << i;
  }
  EXPECT_EQ(BackoffAfter(1000000), seconds(600));
}

}  // namespace
}  // namespace msiv2::rotation
