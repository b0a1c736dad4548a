#include "bench/soak/weather.h"

#include <gtest/gtest.h>

namespace msiv2::soak {
namespace {

TEST(Weather, EveryRuleThatItDrawsIsOneThatTheEmulatorKnows) {
  const auto emulator = emulator::Emulator::Start().value();
  Weather weather(*emulator, /*seed=*/1);
  for (int i = 0; i < 2000; ++i) {
    const auto length = weather.Change();
    ASSERT_GE(length, std::chrono::milliseconds(200));
    ASSERT_LT(length, std::chrono::milliseconds(1500));
  }
  EXPECT_EQ(weather.spells(), 2000U);
  EXPECT_GT(weather.revocations(), 0U);
}

TEST(Weather, TheSameSeedGivesTheSameSpells) {
  const auto emulator = emulator::Emulator::Start().value();
  Weather one(*emulator, /*seed=*/7);
  Weather two(*emulator, /*seed=*/7);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(one.Change(), two.Change()) << i;
}

}  // namespace
}  // namespace msiv2::soak
