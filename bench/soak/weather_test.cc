#include "bench/soak/weather.h"

#include <gtest/gtest.h>

#include "bench/soak/neighbor_test_support.h"

namespace msiv2::soak {
namespace {

TEST(Weather, EveryRuleIsOneThatTheEmulatorKnows) {
  const auto emulator = emulator::Emulator::Start().value();
  for (const std::string_view rule : Weather::Rules()) EXPECT_TRUE(emulator->AddFault(rule)) << rule;
}

TEST(Weather, ChangesAfterASecondOrSo) {
  EmulatorProcess emulator(Neighbor("msiv2_soak"), SoakOptions());
  Weather weather(emulator, /*seed=*/1);
  for (int i = 0; i < 100; ++i) {
    const auto length = weather.Change();
    ASSERT_GE(length, std::chrono::milliseconds(200));
    ASSERT_LT(length, std::chrono::milliseconds(1500));
  }
  EXPECT_EQ(weather.spells(), 100U);
  EXPECT_GT(weather.revocations(), 0U);
  EXPECT_FALSE(emulator.Failure());
}

TEST(Weather, TheSameSeedGivesTheSameSpells) {
  EmulatorProcess emulator(Neighbor("msiv2_soak"), SoakOptions());
  Weather one(emulator, /*seed=*/7);
  Weather two(emulator, /*seed=*/7);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(one.Change(), two.Change()) << i;
}

}  // namespace
}  // namespace msiv2::soak
