// Which provider is asked, and what is cached.
#include "keys/key_chain.h"

#include <gtest/gtest.h>

#include "keys/key_chain_test_fakes.h"

namespace msiv2 {
namespace {

using key_chain_test::Answer;
using key_chain_test::Gate;
using key_chain_test::KeyPointer;
using key_chain_test::MakeKey;
using key_chain_test::MakeProvider;
using key_chain_test::Provider;
using key_chain_test::Working;

constexpr KeyPolicy kAnyKey{};
constexpr KeyPolicy kAttested{KeyStrength::kNone, true};

constexpr KeyPolicy AtLeast(KeyStrength minimum) { return {minimum, false}; }

struct KeyChainTest : ::testing::Test, key_chain_test::ChainFixture {
  Provider keyguard = Working("keyguard", KeyStrength::kKeyGuard);
  Provider hardware = Working("tpm", KeyStrength::kHardware);
  Provider software = Working("in-memory", KeyStrength::kSoftware);
};

TEST_F(KeyChainTest, BestStrengthIsTheBestOfTheProvidersAndTouchesNoKeystore) {
  const KeyChain chain = Chain({software, hardware});
  EXPECT_EQ(chain.BestStrength(), KeyStrength::kHardware);
  EXPECT_EQ(Chain({}).BestStrength(), KeyStrength::kNone);
  EXPECT_EQ(software->calls + hardware->calls, 0);
}

TEST_F(KeyChainTest, CheckRefusesAttestationWithoutAKeyGuardProviderBeforeAnyIo) {
  const KeyChain chain = Chain({software, hardware});
  const auto error = chain.Check(kAttested);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kKeyguardUnavailable);
  EXPECT_EQ(error->step, Step::kKey);
  EXPECT_NE(error->message.find("hardware"), std::string::npos) << error->message;
  EXPECT_EQ(software->calls + hardware->calls, 0);
}

TEST_F(KeyChainTest, CheckRefusesAMinimumAboveTheBestAndNamesBothStrengths) {
  const auto error = Chain({software, hardware}).Check(AtLeast(KeyStrength::kKeyGuard));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kMinStrengthNotMet);
  EXPECT_NE(error->message.find("keyguard"), std::string::npos) << error->message;
  EXPECT_NE(error->message.find("hardware"), std::string::npos) << error->message;
}

TEST_F(KeyChainTest, CheckAllowsWhatTheChainCanMeet) {
  const KeyChain chain = Chain({software, keyguard});
  EXPECT_FALSE(chain.Check(kAttested));
  EXPECT_FALSE(chain.Check(AtLeast(KeyStrength::kKeyGuard)));
  EXPECT_FALSE(Chain({}).Check(kAnyKey));
}

TEST_F(KeyChainTest, GetOrCreateKeyRefusesWhatCheckRefusesAndAsksNoProvider) {
  KeyChain chain = Chain({software});
  EXPECT_EQ(chain.GetOrCreateKey(kAttested, Context()).error().code, ErrorCode::kKeyguardUnavailable);
  EXPECT_EQ(chain.GetOrCreateKey(AtLeast(KeyStrength::kHardware), Context()).error().code,
            ErrorCode::kMinStrengthNotMet);
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainTest, AnEmptyChainSaysThatThereIsNoProvider) {
  const auto key = Chain({}).GetOrCreateKey(kAnyKey, Context());
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
  EXPECT_NE(key.error().message.find("there is no key provider"), std::string::npos) << key.error().message;
  EXPECT_FALSE(key.error().retryable);
}

TEST_F(KeyChainTest, AnEntryWithoutAProviderIsLeftOut) {
  EXPECT_EQ(Chain({nullptr, software}).GetOrCreateKey(kAnyKey, Context()).value()->Strength(),
            KeyStrength::kSoftware);
}

TEST_F(KeyChainTest, TheStrongestProviderIsAskedWhateverTheOrder) {
  KeyChain chain = Chain({software, keyguard, hardware});
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(keyguard->calls, 1);
  EXPECT_EQ(hardware->calls + software->calls, 0);
}

TEST_F(KeyChainTest, AmongEqualsTheFirstGivenIsAsked) {
  const Provider other = Working("pkcs11", KeyStrength::kHardware);
  KeyChain chain = Chain({software, other, hardware});
  chain.GetOrCreateKey(kAnyKey, Context()).value();
  EXPECT_EQ(other->calls, 1);
  EXPECT_EQ(hardware->calls, 0);
}

TEST_F(KeyChainTest, TheKeyIsCached) {
  KeyChain chain = Chain({software});
  const KeyPointer first = chain.GetOrCreateKey(kAnyKey, Context()).value();
  EXPECT_EQ(chain.GetOrCreateKey(AtLeast(KeyStrength::kSoftware), Context()).value(), first);
  EXPECT_EQ(software->calls, 1);
}

TEST_F(KeyChainTest, AMinimumIsNeverASelector) {
  KeyChain chain = Chain({keyguard, software});
  const KeyPointer key = chain.GetOrCreateKey(AtLeast(KeyStrength::kSoftware), Context()).value();
  EXPECT_EQ(key->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(chain.GetOrCreateKey(kAttested, Context()).value(), key);
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainTest, ACachedKeyIsReturnedToACallerThatHasCancelled) {
  KeyChain chain = Chain({software});
  const KeyPointer first = chain.GetOrCreateKey(kAnyKey, Context()).value();
  CancellationSource source;
  source.Cancel();
  CallContext context = Context();
  context.cancellation = source.token();
  context.deadline = clock.MonotonicNow();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, context).value(), first);
}

TEST_F(KeyChainTest, ACallerThatHasCancelledStartsNoCreation) {
  KeyChain chain = Chain({software});
  CancellationSource source;
  source.Cancel();
  CallContext context = Context();
  context.cancellation = source.token();
  const auto key = chain.GetOrCreateKey(kAnyKey, context);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(key.error().step, Step::kKey);
  AwaitBackground();
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainTest, StartCreatesInTheBackgroundAndTheCallerJoins) {
  Gate gate;
  const Provider slow = MakeProvider("slow", KeyStrength::kSoftware, [&](int) -> Answer {
    gate.Pass();
    return MakeKey(KeyStrength::kSoftware);
  });
  KeyChain chain = Chain({slow});
  chain.Start(kAnyKey);
  chain.Start(kAnyKey);
  gate.AwaitArrival();  // Start has returned and the provider is at work
  gate.Open();
  EXPECT_TRUE(chain.GetOrCreateKey(kAnyKey, Context()));
  chain.Start(kAnyKey);
  AwaitBackground();
  EXPECT_EQ(slow->calls, 1);
}

TEST_F(KeyChainTest, StartAsksNoProviderThatThePolicyRulesOut) {
  KeyChain chain = Chain({software});
  chain.Start(kAttested);
  AwaitBackground();
  EXPECT_EQ(software->calls, 0);
}

// B1. A fake key cannot sign, so it is dead.
TEST_F(KeyChainTest, ADeadKeyIsDroppedAndNoOther) {
  KeyChain chain = Chain({software});
  const KeyPointer dead = chain.GetOrCreateKey(kAnyKey, Context()).value();
  EXPECT_TRUE(chain.ForgetIfDead(MakeKey(KeyStrength::kSoftware))) << "of an earlier mint";
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), dead);

  EXPECT_TRUE(chain.ForgetIfDead(dead));
  const KeyPointer fresh = chain.GetOrCreateKey(kAnyKey, Context()).value();
  EXPECT_NE(fresh, dead);
  EXPECT_EQ(software->calls, 2);

  clock.Advance(std::chrono::minutes(1));
  chain.ForgetIfDead(dead);  // by a late caller: the new key stays
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), fresh);
}

// B1.
TEST_F(KeyChainTest, AFailedSignatureIsReported) {
  KeyChain chain = Chain({software});
  const KeyPointer key = chain.GetOrCreateKey(kAnyKey, Context()).value();
  const KeyPointer watched = chain.Watched(key);
  const std::vector<std::uint8_t> digest(32);
  EXPECT_TRUE(chain.ForgetDead().empty());
  EXPECT_FALSE(watched->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha384, digest));
  EXPECT_EQ(chain.Reports(), 0U) << "a digest of the wrong size is the caller's fault";
  EXPECT_FALSE(watched->SignDigest(SignaturePadding::kPkcs1, DigestAlgorithm::kSha256, digest));
  EXPECT_EQ(chain.Reports(), 1U);
  EXPECT_EQ(chain.ForgetDead(), std::vector<KeyPointer>{key});
  EXPECT_TRUE(chain.ForgetDead().empty());
  EXPECT_NE(chain.GetOrCreateKey(kAnyKey, Context()).value(), key);
}

// B1.
TEST_F(KeyChainTest, AReportIsKeptUntilAKeyMayBeDroppedAgain) {
  KeyChain chain = Chain({software});
  const std::vector<std::uint8_t> digest(32);
  const auto fail = [&] {
    const KeyPointer key = chain.GetOrCreateKey(kAnyKey, Context()).value();
    EXPECT_FALSE(chain.Watched(key)->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
    return key;
  };
  fail();
  EXPECT_EQ(chain.ForgetDead().size(), 1U);
  const KeyPointer second = fail();
  EXPECT_TRUE(chain.ForgetDead().empty());
  clock.Advance(std::chrono::minutes(1));
  EXPECT_EQ(chain.ForgetDead(), std::vector<KeyPointer>{second});
}

// B1, B8.
TEST_F(KeyChainTest, AKeyThatStillSignsIsKept) {
  class Moody final : public SigningKey {
   public:
    const RsaPublicKey& PublicKey() const override { return public_key_; }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                                 std::span<const std::uint8_t>) const override {
      if (fails) return Error(ErrorCode::kKeySignFailed, "busy");
      return std::vector<std::uint8_t>(256);
    }
    KeyStrength Strength() const override { return KeyStrength::kSoftware; }
    KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }
    mutable std::atomic<bool> fails{true};

   private:
    RsaPublicKey public_key_{std::vector<std::uint8_t>(256, 0xC5), {1, 0, 1}};
  };
  const auto key = std::make_shared<const Moody>();
  const Provider moody =
      MakeProvider("moody", KeyStrength::kSoftware, [key](int) -> Answer { return KeyPointer(key); });
  KeyChain chain = Chain({moody});
  ASSERT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), key);
  const KeyPointer watched = chain.Watched(key);
  EXPECT_EQ(Unwatched(watched), key);
  EXPECT_EQ(Unwatched(key), key);
  const std::vector<std::uint8_t> digest(32);
  EXPECT_FALSE(watched->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  ASSERT_EQ(chain.Reports(), 1U);
  key->fails = false;
  EXPECT_TRUE(chain.ForgetDead().empty());
  EXPECT_FALSE(chain.ForgetIfDead(key));
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), key);
  EXPECT_EQ(moody->calls, 1);
}

TEST_F(KeyChainTest, AForgottenKeyIsReleasedWithItsLastOwner) {
  KeyChain chain = Chain({software});
  KeyPointer key = chain.GetOrCreateKey(kAnyKey, Context()).value();
  AwaitBackground();  // the creation no longer holds the key
  EXPECT_TRUE(chain.ForgetIfDead(key));
  EXPECT_EQ(key.use_count(), 1);
}

TEST_F(KeyChainTest, WhatCountsIsTheStrengthThatTheKeyReports) {
  const Provider modest = MakeProvider("modest", KeyStrength::kKeyGuard,
                                       [](int) -> Answer { return MakeKey(KeyStrength::kSoftware); });
  KeyChain chain = Chain({modest, hardware, software});
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kHardware)
      << "a stronger key than the one the first provider really made";
  EXPECT_EQ(modest->calls, 1);
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainTest, AStrongerPolicyAsksTheProvidersThatWereNotAskedYet) {
  const Provider modest = MakeProvider("modest", KeyStrength::kHardware,
                                       [](int) -> Answer { return MakeKey(KeyStrength::kSoftware); });
  KeyChain chain = Chain({modest, hardware});
  const KeyPointer key = chain.GetOrCreateKey(AtLeast(KeyStrength::kHardware), Context()).value();
  EXPECT_EQ(key->Strength(), KeyStrength::kHardware);
  EXPECT_EQ(modest->calls, 1);
  EXPECT_EQ(hardware->calls, 1);
}

}  // namespace
}  // namespace msiv2
