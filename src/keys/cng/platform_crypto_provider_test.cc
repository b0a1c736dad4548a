#include <gtest/gtest.h>

#include "keys/cng/testing/fake_host.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;
using fake::kHardwareName;
using fake::Signs;

constexpr std::uint32_t kImplSoftwareFlag = 2;

fake::StoredKey GoodTpmKey() {
  fake::StoredKey key;
  key.bits = 2048;
  key.export_policy = 0;
  key.usage = kAllowSigningFlag;
  return key;
}

TEST(PlatformCryptoProviderTest, TpmPresentAndNoKeyYet) {
  FakeHost host;
  const auto process = host.Process();
  const auto key = host.Platform(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->Strength(), KeyStrength::kHardware);
  EXPECT_EQ((*key)->Container(), (KeyContainer{"Microsoft Platform Crypto Provider", "HardwareRSAKey"}));
  EXPECT_TRUE(Signs(**key));
  const auto stored = host.machine->Find(kPlatformKeystore, kHardwareName);
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->bits, 2048U);
  EXPECT_EQ(stored->export_policy, 0U);
  EXPECT_EQ(stored->usage, 2U) << "signing alone";
  EXPECT_FALSE(stored->isolated);
}

TEST(PlatformCryptoProviderTest, TheKeyIsMadeUnderItsOwnLockAndFoundAgain) {
  FakeHost host;
  const auto first = host.Platform(host.Process())->GetOrCreateKey().value();
  ASSERT_EQ(host.locks.Requests().size(), 1U);
  EXPECT_EQ(host.locks.Requests()[0].name, windows::LockName("MSAL_MI_K_", "HardwareRSAKey"));
  const auto second = host.Platform(host.Process())->GetOrCreateKey();
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ((*second)->PublicKey(), first->PublicKey());
  EXPECT_EQ(host.locks.Requests().size(), 1U);
}

TEST(PlatformCryptoProviderTest, TpmAbsentIsFinalAndABusyOneMayPass) {
  FakeHost host;
  host.Traits().tpm = NCryptStatus::kTpmNotFound;
  auto key = host.Platform(host.Process())->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_FALSE(key.error().retryable);
  EXPECT_EQ(key.error().native_code, 0x8028400FLL);
  host.Traits().tpm = NCryptStatus::kDeviceNotReady;
  key = host.Platform(host.Process())->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
}

TEST(PlatformCryptoProviderTest, APosingKeystoreIsRefusedBeforeAKeyIsMade) {
  for (const std::optional<std::uint32_t> type :
       {std::optional<std::uint32_t>(kImplSoftwareFlag), std::optional<std::uint32_t>(0),
        std::optional<std::uint32_t>()}) {
    FakeHost host;
    host.Traits().keystore_impl_type = type;
    const auto process = host.Process();
    const auto key = host.Platform(process)->GetOrCreateKey();
    ASSERT_FALSE(key);
    EXPECT_FALSE(key.error().retryable);
    EXPECT_EQ(process->Count(Call::kCreateKey), 0);
    EXPECT_EQ(process->Count(Call::kOpenKey), 0);
  }
}

TEST(PlatformCryptoProviderTest, AKeyThatSaysItIsNotInHardwareIsRefused) {
  FakeHost host;
  host.Traits().key_impl_type = kImplSoftwareFlag;
  const auto key = host.Platform(host.Process())->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_FALSE(key.error().retryable);
  EXPECT_NE(key.error().message.find("not in hardware"), std::string::npos) << key.error().message;
  host.Traits().key_impl_type = kImplHardwareFlag;
  EXPECT_TRUE(host.Platform(host.Process())->GetOrCreateKey());
}

// As Wine does.
TEST(PlatformCryptoProviderTest, AKeystoreThatDoesNotKnowThePropertyIsRefusedForGood) {
  FakeHost host;
  const auto process = host.Process();
  process->FailAlways(Call::kGetProperty, NCryptStatus::kInvalidParameter);
  const auto key = host.Platform(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_FALSE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(PlatformCryptoProviderTest, AKeystoreThatCouldNotBeAskedMayAnswerLater) {
  FakeHost host;
  const auto process = host.Process();
  process->FailNext(Call::kGetProperty, NCryptStatus::kRpcUnavailable);
  const auto provider = host.Platform(process);
  const auto key = provider->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
  EXPECT_TRUE(provider->GetOrCreateKey());
}

TEST(PlatformCryptoProviderTest, AnExportableOrShortOrDeadKeyIsReplacedOnce) {
  for (void (*spoil)(fake::StoredKey&) :
       {+[](fake::StoredKey& key) { key.export_policy = 2; }, +[](fake::StoredKey& key) { key.bits = 1024; },
        +[](fake::StoredKey& key) { key.dead = true; }}) {
    FakeHost host;
    fake::StoredKey spoilt = GoodTpmKey();
    spoil(spoilt);
    static_cast<void>(host.machine->Plant(kPlatformKeystore, kHardwareName, spoilt));
    const auto process = host.Process();
    const auto key = host.Platform(process)->GetOrCreateKey();
    ASSERT_TRUE(key) << key.error().ToString();
    EXPECT_TRUE(Signs(**key));
    EXPECT_EQ(process->Count(Call::kCreateKey), 1);
    EXPECT_EQ(host.Stored(kPlatformKeystore, kHardwareName), (*key)->PublicKey());
  }
}

TEST(PlatformCryptoProviderTest, ATpmThatIsLockedOutKeepsItsKey) {
  FakeHost host;
  const auto before = host.Platform(host.Process())->GetOrCreateKey().value();
  const auto process = host.Process();
  process->FailAlways(Call::kSignHash, NCryptStatus{0x80280921});  // TPM_20_E_LOCKOUT
  const auto key = host.Platform(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
  EXPECT_EQ(host.Stored(kPlatformKeystore, kHardwareName), before->PublicKey());
}

}  // namespace
}  // namespace msiv2::cng
