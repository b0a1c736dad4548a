#include "bench/soak/calm_rate.h"

#include <gtest/gtest.h>

namespace msiv2::soak {
namespace {

using std::chrono::hours;

// A2.
TEST(CalmRate, CountsCalmSpellsAlone) {
  CalmRate rate;
  rate.EndSpell(/*calm=*/true, hours(6), {{"imds", 120}, {"entra", 12}});
  rate.EndSpell(/*calm=*/false, hours(7), {{"imds", 99120}, {"entra", 12}});
  rate.EndSpell(/*calm=*/true, hours(13), {{"imds", 99240}, {"entra", 36}});
  const std::map<std::string, double> expected{{"imds", 20}, {"entra", 3}};
  EXPECT_EQ(rate.PerHour(), expected);
  EXPECT_EQ(rate.TooMany(), std::nullopt);
}

// A2.
TEST(CalmRate, MoreThan60AnHourIsTooMany) {
  CalmRate rate;
  rate.EndSpell(true, hours(10), {{"imds", 600}});
  EXPECT_EQ(rate.TooMany(), std::nullopt);
  rate.EndSpell(true, hours(20), {{"imds", 1300}});
  EXPECT_EQ(rate.TooMany(), "renewals sent 65 requests an hour to imds while nothing was wrong");
}

TEST(CalmRate, SaysNothingOfAShortTime) {
  CalmRate rate;
  rate.EndSpell(true, hours(5), {{"imds", 100000}});
  EXPECT_TRUE(rate.PerHour().empty());
  EXPECT_EQ(rate.TooMany(), std::nullopt);
}

}  // namespace
}  // namespace msiv2::soak
