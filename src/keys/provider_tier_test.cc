#include "keys/provider_tier.h"

#include <gtest/gtest.h>

#include "tests/support/fake_keys.h"

namespace msiv2 {
namespace {

const ProviderTier kMemory{"in-memory", KeyTier::kSoftware, true};
const ProviderTier kRealKeyGuard{"keyguard", KeyTier::kKeyGuard, true};
const ProviderTier kPlayedKeyGuard{"played", KeyTier::kKeyGuard, false};

KeyTier Best(const std::vector<ProviderTier>& providers, bool emulator, std::optional<bool> host_isolates) {
  const ProviderTier* best = BestUsable(providers, emulator, host_isolates);
  return best == nullptr ? KeyTier::kNone : best->best;
}

TEST(ProviderTier, G25_ProvidersAreDescribedWithoutAKeyBeingMade) {
  auto software = std::make_shared<testing::FakeProvider>(KeyTier::kSoftware);
  auto keyguard = std::make_shared<testing::FakeProvider>(KeyTier::kKeyGuard);
  const auto tiers = DescribeProviders({{software, true}, {nullptr, true}, {keyguard, false}});
  ASSERT_EQ(tiers.size(), 2u);
  EXPECT_EQ(tiers[0].best, KeyTier::kKeyGuard);
  EXPECT_EQ(tiers[0].Origin(), KeyOrigin::kEmulated);
  EXPECT_EQ(tiers[1].name, "fake");
  EXPECT_EQ(tiers[1].Origin(), KeyOrigin::kPlatform);
  EXPECT_EQ(software->calls + keyguard->calls, 0);
}

TEST(ProviderTier, RealKeyGuardIsRuledOutByAHostThatCannotIsolateOnly) {
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, true), KeyTier::kKeyGuard);
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, std::nullopt), KeyTier::kKeyGuard);
  EXPECT_EQ(Best({kRealKeyGuard, kMemory}, false, false), KeyTier::kSoftware);
  EXPECT_EQ(Best({kRealKeyGuard}, false, false), KeyTier::kNone);
  EXPECT_EQ(Best({kMemory}, false, false), KeyTier::kSoftware);
  EXPECT_EQ(Best({}, true, true), KeyTier::kNone);
}

TEST(ProviderTier, EmulatedKeyGuardIsForAnEmulatorWhateverTheHostIs) {
  EXPECT_EQ(Best({kPlayedKeyGuard, kMemory}, true, false), KeyTier::kKeyGuard);
  EXPECT_EQ(Best({kPlayedKeyGuard, kMemory}, false, true), KeyTier::kSoftware);
}

TEST(ProviderTier, TheGapNamesItsReason) {
  EXPECT_EQ(KeyGuardGap({kMemory}, &kMemory),
            "the strongest key here is software, because no key provider of this client makes KeyGuard keys");
  EXPECT_NE(KeyGuardGap({kPlayedKeyGuard, kMemory}, &kMemory).find("on loopback only"), std::string::npos);
  EXPECT_NE(KeyGuardGap({kRealKeyGuard, kMemory}, &kMemory).find("Trusted Launch"), std::string::npos);
  EXPECT_NE(KeyGuardGap({}, nullptr).find("no key provider that could be used"), std::string::npos);
}

}  // namespace
}  // namespace msiv2
