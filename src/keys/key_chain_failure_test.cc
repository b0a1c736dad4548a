// The consequences of a provider's failure.
#include <gtest/gtest.h>

#include <stdexcept>

#include "keys/key_chain.h"
#include "keys/key_chain_test_fakes.h"

namespace msiv2 {
namespace {

using key_chain_test::Answer;
using key_chain_test::Failing;
using key_chain_test::Failure;
using key_chain_test::FakeKey;
using key_chain_test::Gate;
using key_chain_test::KeyPointer;
using key_chain_test::MakeKey;
using key_chain_test::MakeProvider;
using key_chain_test::Provider;
using key_chain_test::Working;

constexpr KeyPolicy kAnyKey{};
constexpr KeyPolicy kAttested{KeyStrength::kNone, true};
constexpr bool kForGood = false;
constexpr bool kPassing = true;

constexpr KeyPolicy AtLeast(KeyStrength minimum) { return {minimum, false}; }

struct KeyChainFailureTest : ::testing::Test, key_chain_test::ChainFixture {
  Provider software = Working("in-memory", KeyStrength::kSoftware);

  /// RefusalOf returns the error of a chain whose only provider returns `key`.
  Error RefusalOf(KeyPointer key, KeyStrength best = KeyStrength::kKeyGuard, bool built_in = true) {
    const Provider provider = MakeProvider("p", best, [key](int) -> Answer { return key; });
    return Chain({provider}, built_in).GetOrCreateKey(kAnyKey, Context()).error();
  }
};

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(KeyChainFailureTest, TheNextWeakerProviderIsAsked) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood));
  KeyChain chain = Chain({keyguard, software});
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kSoftware);
  EXPECT_EQ(keyguard->calls, 1);
}

TEST_F(KeyChainFailureTest, WhyAKeyIsNotStrongerCanBeRead) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood));
  const Provider tpm = Failing("tpm", KeyStrength::kHardware, Failure("busy\n", kPassing));
  KeyChain chain = Chain({keyguard, tpm, software});
  EXPECT_EQ(chain.WhyNotStronger(KeyStrength::kSoftware), "") << "nothing was tried yet";
  ASSERT_TRUE(chain.GetOrCreateKey(kAnyKey, Context()));
  EXPECT_EQ(chain.WhyNotStronger(KeyStrength::kSoftware), "keyguard: VBS is off; tpm: busy");
  EXPECT_EQ(chain.WhyNotStronger(KeyStrength::kHardware), "keyguard: VBS is off");
  EXPECT_EQ(chain.WhyNotStronger(KeyStrength::kKeyGuard), "");
}

TEST_F(KeyChainFailureTest, AttestationAsksKeyGuardOnly) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood, -77));
  KeyChain chain = Chain({keyguard, software});
  const Error error = chain.GetOrCreateKey(kAttested, Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kKeyguardUnavailable);
  EXPECT_EQ(error.step, Step::kKey);
  EXPECT_EQ(error.native_code, -77);
  EXPECT_FALSE(error.retryable);
  EXPECT_TRUE(Contains(error.message, "keyguard: VBS is off")) << error.message;
  EXPECT_TRUE(Contains(error.message, "in-memory: not asked")) << error.message;
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainFailureTest, ProvidersBelowTheMinimumAreNotAsked) {
  const Provider tpm = Failing("tpm", KeyStrength::kHardware, Failure("the TPM is busy", kPassing, 0x922));
  KeyChain chain = Chain({software, tpm});
  const Error error = chain.GetOrCreateKey(AtLeast(KeyStrength::kHardware), Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kMinStrengthNotMet);
  EXPECT_EQ(error.native_code, 0x922);
  EXPECT_TRUE(error.retryable);
  EXPECT_TRUE(Contains(error.message, "tpm: the TPM is busy")) << error.message;
  EXPECT_TRUE(Contains(error.message, "minimum_strength is hardware")) << error.message;
  EXPECT_EQ(software->calls, 0);
}

TEST_F(KeyChainFailureTest, AKeyThatReportsLessThanTheMinimumDoesNotMeetIt) {
  const Provider modest = MakeProvider("tpm", KeyStrength::kHardware,
                                       [](int) -> Answer { return MakeKey(KeyStrength::kSoftware); });
  KeyChain chain = Chain({modest});
  const Error error = chain.GetOrCreateKey(AtLeast(KeyStrength::kHardware), Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kMinStrengthNotMet);
  EXPECT_TRUE(Contains(error.message, "tpm: made a software key")) << error.message;
  EXPECT_TRUE(chain.GetOrCreateKey(kAnyKey, Context())) << "it serves who asks for less";
  EXPECT_EQ(modest->calls, 1);
}

TEST_F(KeyChainFailureTest, AKeyThatReportsLessThanKeyGuardIsNotAttested) {
  const Provider modest = MakeProvider("keyguard", KeyStrength::kKeyGuard,
                                       [](int) -> Answer { return MakeKey(KeyStrength::kHardware); });
  EXPECT_EQ(Chain({modest, software}).GetOrCreateKey(kAttested, Context()).error().code,
            ErrorCode::kKeyguardUnavailable);
}

TEST_F(KeyChainFailureTest, WhenAllFailEachIsNamedAndTheStrongestGivesTheCode) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood, 11));
  const Provider tpm = Failing("tpm", KeyStrength::kHardware, Failure("no TPM", kPassing, 22));
  const Error error = Chain({tpm, keyguard}).GetOrCreateKey(kAnyKey, Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kKeyCreationFailed);
  EXPECT_EQ(error.message, "no key could be created; keyguard: VBS is off; tpm: no TPM");
  EXPECT_EQ(error.native_code, 11);
  EXPECT_FALSE(error.retryable);
}

TEST_F(KeyChainFailureTest, AMinimumThatRulesOutNoProviderIsAPlainFailure) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood));
  EXPECT_EQ(Chain({keyguard}).GetOrCreateKey(AtLeast(KeyStrength::kKeyGuard), Context()).error().code,
            ErrorCode::kKeyCreationFailed);
}

TEST_F(KeyChainFailureTest, AProvidersWordsReachTheMessagePrintable) {
  const Provider rude = Failing("r\x1b", KeyStrength::kSoftware, Failure("red \x1b[31m\nline", kForGood));
  EXPECT_EQ(Chain({rude}, /*built_in=*/false).GetOrCreateKey(kAnyKey, Context()).error().message,
            "no key could be created; r: red [31m line");
}

TEST_F(KeyChainFailureTest, AnExceptionIsAPassingFailure) {
  const Provider thrower =
      MakeProvider("a", KeyStrength::kHardware, [](int) -> Answer { throw std::runtime_error("boom\n"); });
  const Provider odd = MakeProvider("b", KeyStrength::kSoftware, [](int) -> Answer { throw 42; });
  const Error error = Chain({thrower, odd}).GetOrCreateKey(kAnyKey, Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kKeyCreationFailed);
  EXPECT_TRUE(error.retryable);
  EXPECT_TRUE(Contains(error.message, "a: it threw: boom; b: it threw something")) << error.message;
}

TEST_F(KeyChainFailureTest, AKeyOfAnotherSizeIsRefused) {
  for (const std::vector<std::uint8_t>& modulus :
       {std::vector<std::uint8_t>(), std::vector<std::uint8_t>(255, 0xFF),
        std::vector<std::uint8_t>(384, 0xFF), std::vector<std::uint8_t>(256, 0x7F)}) {
    const auto key = std::make_shared<FakeKey>(KeyStrength::kSoftware);
    key->public_key.modulus = modulus;
    const Error error = RefusalOf(key);
    EXPECT_EQ(error.code, ErrorCode::kKeyCreationFailed) << modulus.size();
    EXPECT_FALSE(error.retryable);
    EXPECT_TRUE(Contains(error.message, "not RSA with 2048 bits")) << error.message;
  }
}

// G-09.
TEST_F(KeyChainFailureTest, ANullKeyIsRefused) { EXPECT_TRUE(Contains(RefusalOf(nullptr).message, "null")); }

TEST_F(KeyChainFailureTest, AKeyOfNoStrengthOrAboveItsProvidersBestIsRefused) {
  EXPECT_TRUE(Contains(RefusalOf(MakeKey(KeyStrength::kNone)).message, "reports the strength none"));
  EXPECT_TRUE(Contains(RefusalOf(MakeKey(KeyStrength::kHardware), KeyStrength::kSoftware).message,
                       "reports the strength hardware and its provider's best is software"));
}

TEST_F(KeyChainFailureTest, ACustomProviderCannotClaimKeyGuard) {
  const Provider claims = Working("custom", KeyStrength::kKeyGuard);
  KeyChain chain = Chain({claims, software}, /*built_in=*/false);
  const Error error = chain.GetOrCreateKey(kAttested, Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kKeyguardUnavailable);
  EXPECT_TRUE(Contains(error.message, "cannot claim KeyGuard")) << error.message;
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kSoftware);
}

TEST_F(KeyChainFailureTest, ACustomProviderMayEmulateKeyGuardAndSayIt) {
  const Provider emulated = MakeProvider("emulated", KeyStrength::kKeyGuard, [](int) -> Answer {
    return MakeKey(KeyStrength::kKeyGuard, KeyOrigin::kEmulated);
  });
  const KeyPointer key = Chain({emulated}, /*built_in=*/false).GetOrCreateKey(kAttested, Context()).value();
  EXPECT_EQ(key->Origin(), KeyOrigin::kEmulated);
}

TEST_F(KeyChainFailureTest, AFailureForGoodIsNotAskedAgain) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood));
  KeyChain chain = Chain({keyguard, software});
  chain.GetOrCreateKey(kAnyKey, Context()).value();
  for (int i = 0; i < 3; ++i) {
    clock.Advance(std::chrono::hours(1));
    EXPECT_TRUE(chain.GetOrCreateKey(kAnyKey, Context()));
    EXPECT_EQ(chain.GetOrCreateKey(kAttested, Context()).error().code, ErrorCode::kKeyguardUnavailable);
    chain.Start(kAttested);
    AwaitBackground();
  }
  EXPECT_EQ(keyguard->calls, 1);
  EXPECT_EQ(software->calls, 1);
}

TEST_F(KeyChainFailureTest, AFailureUnderOnePolicyIsRememberedUnderAnother) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("VBS is off", kForGood));
  KeyChain chain = Chain({keyguard, software});
  EXPECT_FALSE(chain.GetOrCreateKey(kAttested, Context()));
  EXPECT_TRUE(chain.GetOrCreateKey(kAnyKey, Context()));
  EXPECT_EQ(keyguard->calls, 1);
}

// G-09.
TEST_F(KeyChainFailureTest, APassingFailureIsAskedAgainAtOnceByAPolicyThatNeedsIt) {
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [](int call) -> Answer {
    if (call < 3) return Failure("the key is locked", kPassing);
    return MakeKey(KeyStrength::kKeyGuard);
  });
  KeyChain chain = Chain({keyguard, software});
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kSoftware);
  const Error error = chain.GetOrCreateKey(kAttested, Context()).error();
  EXPECT_EQ(error.code, ErrorCode::kKeyguardUnavailable);
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(keyguard->calls, 2) << "one call asks a provider once";
  EXPECT_EQ(chain.GetOrCreateKey(kAttested, Context()).value()->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(software->calls, 1);
}

// G-09.
TEST_F(KeyChainFailureTest, AfterSixtySecondsTheStrongerProviderIsAskedAgainInTheBackground) {
  Gate gate;
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [&](int call) -> Answer {
    if (call == 1) return Failure("the key is locked", kPassing);
    gate.Pass();
    return MakeKey(KeyStrength::kKeyGuard);
  });
  KeyChain chain = Chain({keyguard, software});
  const KeyPointer weaker = chain.GetOrCreateKey(kAnyKey, Context()).value();

  clock.Advance(std::chrono::seconds(60) - std::chrono::nanoseconds(1));
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), weaker);
  AwaitBackground();
  EXPECT_EQ(keyguard->calls, 1) << "before 60 s";

  clock.Advance(std::chrono::nanoseconds(1));
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), weaker);
  gate.AwaitArrival();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), weaker) << "served while the other is asked";
  gate.Open();
  AwaitBackground();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value()->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(keyguard->calls, 2);
  EXPECT_EQ(software->calls, 1);
}

TEST_F(KeyChainFailureTest, AStrongerProviderThatKeepsFailingIsAskedOnceAMinute) {
  const Provider keyguard = Failing("keyguard", KeyStrength::kKeyGuard, Failure("busy", kPassing));
  KeyChain chain = Chain({keyguard, software});
  const KeyPointer weaker = chain.GetOrCreateKey(kAnyKey, Context()).value();
  for (int minute = 1; minute <= 3; ++minute) {
    clock.Advance(std::chrono::seconds(60));
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), weaker);
      AwaitBackground();
    }
    EXPECT_EQ(keyguard->calls, 1 + minute);
  }
  EXPECT_EQ(software->calls, 1);
}

TEST_F(KeyChainFailureTest, AKeyThatIsNotStrongerReplacesNothing) {
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [](int call) -> Answer {
    if (call == 1) return Failure("busy", kPassing);
    return MakeKey(KeyStrength::kSoftware);
  });
  KeyChain chain = Chain({keyguard, software});
  const KeyPointer first = chain.GetOrCreateKey(kAnyKey, Context()).value();
  EXPECT_FALSE(chain.GetOrCreateKey(kAttested, Context()));
  EXPECT_EQ(keyguard->calls, 2);
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).value(), first);
}

// B1.
TEST_F(KeyChainFailureTest, NoKeyThatIsWeakerThanALostOneTakesItsPlace) {
  const Provider keyguard = MakeProvider("keyguard", KeyStrength::kKeyGuard, [](int call) -> Answer {
    if (call == 1) return MakeKey(KeyStrength::kKeyGuard);
    return Failure("VBS is gone", kForGood);
  });
  KeyChain chain = Chain({keyguard, software});
  EXPECT_TRUE(chain.ForgetIfDead(chain.GetOrCreateKey(kAnyKey, Context()).value()));
  EXPECT_EQ(chain.GetOrCreateKey(kAttested, Context()).error().code, ErrorCode::kKeyguardUnavailable);
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, Context()).error().code, ErrorCode::kMinStrengthNotMet);
  EXPECT_EQ(keyguard->calls, 2);
  EXPECT_EQ(software->calls, 0);
}

}  // namespace
}  // namespace msiv2
