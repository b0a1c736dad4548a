#include "rotation/schedule.h"

#include <gtest/gtest.h>

namespace msiv2::rotation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

const auto kStart = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 1);

TEST(RenewAtTest, IsWithinATenthOfHalfOfTheLife) {
  for (int host = 0; host < 1000; ++host) {
    const auto at = RenewAt(kStart, kStart + hours(200), "thumbprint " + std::to_string(host));
    EXPECT_GE(at, kStart + hours(90)) << host;
    EXPECT_LE(at, kStart + hours(110)) << host;
  }
}

// A fleet that booted together must not renew together.
TEST(RenewAtTest, G33_HostsSpreadOverTheWholeRange) {
  std::array<int, 10> tenths{};
  for (int host = 0; host < 1000; ++host) {
    const auto at = RenewAt(kStart, kStart + hours(200), "thumbprint " + std::to_string(host));
    const auto share = static_cast<double>((at - kStart - hours(90)).count()) /
                       static_cast<double>(std::chrono::system_clock::duration(hours(20)).count());
    ++tenths.at(std::min<std::size_t>(9, static_cast<std::size_t>(share * 10)));
  }
  for (const int hosts : tenths) EXPECT_NEAR(hosts, 100, 50);
}

TEST(RenewAtTest, IsTheSameAfterARestart) {
  EXPECT_EQ(RenewAt(kStart, kStart + days(7), "x"), RenewAt(kStart, kStart + days(7), "x"));
}

TEST(RestAfterTest, DoublesFromHalfAMinuteToTenMinutes) {
  const std::vector<int> expected{30, 60, 120, 240, 480, 600, 600, 600};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(RestAfter(static_cast<int>(i) + 1), seconds(expected[i])) << i;
  }
  EXPECT_EQ(RestAfter(1000000), seconds(600));
}

}  // namespace
}  // namespace msiv2::rotation
