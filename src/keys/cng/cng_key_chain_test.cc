// The key chain with CNG providers: a transient failure does not pin a weaker key.
#include <gtest/gtest.h>

#include "keys/cng/testing/fake_host.h"
#include "keys/key_chain.h"
#include "keys/key_chain_test_fakes.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;

constexpr KeyPolicy kAnyKey{};
constexpr KeyPolicy kAttested{.minimum = KeyStrength::kNone, .attestation = true};

/// CngKeyChainTest has a chain of KeyGuard, the TPM and a software key in one process.
class CngKeyChainTest : public ::testing::Test {
 protected:
  KeyChain Chain() {
    return KeyChain({{host_.KeyGuard(process_), true},
                     {host_.Platform(process_), true},
                     {MakeEphemeralCngProvider(fake::SourceOf(process_)), true}},
                    fixture_.executor, &fixture_.clock);
  }

  FakeHost host_;
  std::shared_ptr<fake::FakeNCrypt> process_ = host_.Process();
  key_chain_test::ChainFixture fixture_;
};

TEST_F(CngKeyChainTest, TheStrongestKeyOfTheHostIsTaken) {
  {
    KeyChain chain = Chain();
    const auto key = chain.GetOrCreateKey(kAnyKey, fixture_.Context());
    ASSERT_TRUE(key) << key.error().ToString();
    EXPECT_EQ((*key)->Strength(), KeyStrength::kKeyGuard);
  }
  host_.machine = std::make_shared<fake::FakeMachine>();
  process_ = host_.Process();
  host_.Traits().vbs = NCryptStatus::kNotSupported;
  {
    KeyChain chain = Chain();
    EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, fixture_.Context()).value()->Strength(), KeyStrength::kHardware);
  }
  host_.Traits().keystore_impl_type = 2;
  KeyChain chain = Chain();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, fixture_.Context()).value()->Strength(), KeyStrength::kSoftware);
}

// G-09.
TEST_F(CngKeyChainTest, APassingKeyGuardFailureDoesNotPinAWeakerStrength) {
  process_->FailNext(Call::kOpenKey, NCryptStatus::kRpcUnavailable);
  KeyChain chain = Chain();
  const auto weaker = chain.GetOrCreateKey(kAnyKey, fixture_.Context());
  ASSERT_TRUE(weaker) << weaker.error().ToString();
  EXPECT_EQ((*weaker)->Strength(), KeyStrength::kHardware);
  fixture_.clock.Advance(std::chrono::seconds(61));
  static_cast<void>(chain.GetOrCreateKey(kAnyKey, fixture_.Context()));  // starts the second attempt
  fixture_.AwaitBackground();
  EXPECT_EQ(chain.GetOrCreateKey(kAnyKey, fixture_.Context()).value()->Strength(), KeyStrength::kKeyGuard);
}

TEST_F(CngKeyChainTest, AnAttestedRequestAsksAPassingFailureAgainAtOnce) {
  process_->FailNext(Call::kCreateKey, NCryptStatus{0x8009003B});
  KeyChain chain = Chain();
  const auto failed = chain.GetOrCreateKey(kAttested, fixture_.Context());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kKeyguardUnavailable);
  EXPECT_EQ(failed.error().native_code, 0x8009003BLL);
  EXPECT_TRUE(failed.error().retryable);
  EXPECT_NE(failed.error().message.find("0x8009003B"), std::string::npos) << failed.error().message;
  EXPECT_TRUE(chain.GetOrCreateKey(kAttested, fixture_.Context()));
}

TEST_F(CngKeyChainTest, VbsThatIsNotSupportedIsNotAskedAgain) {
  host_.Traits().vbs = NCryptStatus::kNotSupported;
  KeyChain chain = Chain();
  const auto failed = chain.GetOrCreateKey(kAttested, fixture_.Context());
  ASSERT_FALSE(failed);
  EXPECT_FALSE(failed.error().retryable);
  const int creations = process_->Count(Call::kCreateKey);
  EXPECT_FALSE(chain.GetOrCreateKey(kAttested, fixture_.Context()));
  EXPECT_EQ(process_->Count(Call::kCreateKey), creations);
}

TEST_F(CngKeyChainTest, AKeyThatDiedIsReplacedAfterTheChainForgotIt) {
  KeyChain chain = Chain();
  const auto first = chain.GetOrCreateKey(kAttested, fixture_.Context()).value();
  host_.machine->Kill(first->PublicKey());
  EXPECT_FALSE(fake::Signs(*first));
  EXPECT_TRUE(chain.ForgetIfDead(first));
  const auto second = chain.GetOrCreateKey(kAttested, fixture_.Context());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*second)->PublicKey(), first->PublicKey());
  EXPECT_TRUE(fake::Signs(**second));
}

}  // namespace
}  // namespace msiv2::cng
