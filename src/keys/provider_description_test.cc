#include "keys/provider_description.h"

#include <gtest/gtest.h>

#include "tests/support/fake_keys.h"

namespace msiv2 {
namespace {

const ProviderDescription kMemory{"in-memory", KeyStrength::kSoftware, true};
const ProviderDescription kRealKeyGuard{"keyguard", KeyStrength::kKeyGuard, true};
const ProviderDescription kPlayedKeyGuard{"played", KeyStrength::kKeyGuard, false};

KeyStrength Best(const std::vector<ProviderDescription>& providers, bool emulator,
                 std::optional<bool> host_isolates) {
  const ProviderDescription* best = BestUsable(providers, emulator, host_isolates);
  return best == nullptr ? KeyStrength::kNone : best->best;
}

// G-25.
TEST(ProviderDescription, ProvidersAreDescribedWithoutAKeyBeingMade) {
  auto software = std::make_shared<testing::FakeProvider>(KeyStrength::kSoftware);
  auto keyguard = std::make_shared<testing::FakeProvider>(KeyStrength::kKeyGuard);
  const auto descriptions = DescribeProviders({{software, true}, {nullptr, true}, {keyguard, false}});
  ASSERT_EQ(descriptions.size(), 2u);
  EXPECT_EQ(descriptions[0].best, KeyStrength::kKeyGuard);
  EXPECT_EQ(descriptions[0].Origin(), KeyOrigin::kEmulated);
  EXPECT_EQ(descriptions[1].name, "fake");
  EXPECT_EQ(descriptions[1].Origin(), KeyOrigin::kPlatform);
  EXPECT_EQ(software->calls + keyguard->calls, 0);
}

TEST(ProviderDescription, RealKeyGuardIsRuledOutByAHostThatCannotIsolateOnly) {
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, true), KeyStrength::kKeyGuard);
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, std::nullopt), KeyStrength::kKeyGuard);
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, false), KeyStrength::kSoftware);
  EXPECT_EQ(Best({kRealKeyGuard}, false, false), KeyStrength::kNone);
  EXPECT_EQ(Best({kMemory}, false, false), KeyStrength::kSoftware);
  EXPECT_EQ(Best({}, true, true), KeyStrength::kNone);
}

TEST(ProviderDescription, EmulatedKeyGuardIsForAnEmulatorWhateverTheHostIs) {
  EXPECT_EQ(Best({kPlayedKeyGuard, kMemory}, true, false), KeyStrength::kKeyGuard);
  EXPECT_EQ(Best({kPlayedKeyGuard, kMemory}, false, true), KeyStrength::kSoftware);
}

TEST(ProviderDescription, TheGapNamesItsReason) {
  EXPECT_EQ(KeyGuardGap({kMemory}, &kMemory),
            "the strongest key here is software, because no key provider of this client makes KeyGuard keys");
  EXPECT_NE(KeyGuardGap({kPlayedKeyGuard, kMemory}, &kMemory).find("on loopback only"), std::string::npos);
  EXPECT_NE(KeyGuardGap({kRealKeyGuard, kMemory}, &kMemory).find("Trusted Launch"), std::string::npos);
  EXPECT_NE(KeyGuardGap({}, nullptr).find("no key provider that could be used"), std::string::npos);
}

}  // namespace
}  // namespace msiv2
