// KeyGuard: what happens to an existing key, and to a missing one.
#include <gtest/gtest.h>

#include <algorithm>

#include "keys/cng/testing/fake_host.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;
using fake::FakeNCrypt;
using fake::GoodKey;
using fake::Signs;

constexpr std::uint32_t kIsolationFlags = kUseVirtualIsolationFlag | kUsePerBootKeyFlag;

/// CreationFlags returns the flags of each creation in the log.
std::vector<std::uint32_t> CreationFlags(const FakeNCrypt& process) {
  std::vector<std::uint32_t> flags;
  for (const auto& entry : process.Log()) {
    if (entry.call == Call::kCreateKey) flags.push_back(entry.flags);
  }
  return flags;
}

TEST(KeyGuardOpenTest, VbsOnAndNoKeyYet) {
  FakeHost host;
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ((*key)->Origin(), KeyOrigin::kPlatform);
  EXPECT_NE((*key)->NativeHandle(), 0U);
  EXPECT_EQ((*key)->Container(), (KeyContainer{"Microsoft Software Key Storage Provider", "KeyGuardRSAKey"}));
  EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
  EXPECT_TRUE(Signs(**key));
  EXPECT_EQ(CreationFlags(*process), std::vector<std::uint32_t>{kIsolationFlags}) << "nothing to overwrite";
}

TEST(KeyGuardOpenTest, TheNewKeyIsWhatImdsAccepts) {
  FakeHost host;
  const auto key = host.NewKeyGuardKey();
  const auto stored = host.machine->Find(kSoftwareKeystore, fake::kKeyGuardName);
  ASSERT_NE(stored, nullptr);
  EXPECT_TRUE(stored->isolated);
  EXPECT_TRUE(stored->per_boot);
  EXPECT_EQ(stored->bits, 2048U);
  EXPECT_EQ(stored->export_policy, 0U);
  EXPECT_EQ(stored->usage, 0x00FFFFFFU);
}

TEST(KeyGuardOpenTest, OpensTheUsersKeySilently) {
  FakeHost host;
  const auto process = host.Process();
  ASSERT_TRUE(host.KeyGuard(process)->GetOrCreateKey());
  EXPECT_GT(process->Count(Call::kOpenKey), 0);
  for (const auto& entry : process->Log()) {
    if (entry.call != Call::kOpenKey) continue;
    EXPECT_EQ(entry.flags, 0x40U);
  }
}

TEST(KeyGuardOpenTest, AnotherProcessesKeyIsAdoptedWithoutTheLock) {
  FakeHost host;
  const auto first = host.NewKeyGuardKey();
  const std::size_t locked_before = host.locks.Requests().size();
  const auto process = host.Process();
  const auto second = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ((*second)->PublicKey(), first->PublicKey());
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
  EXPECT_EQ(host.locks.Requests().size(), locked_before);
}

TEST(KeyGuardOpenTest, EachNotFoundStatusLeadsToACreation) {
  for (const NCryptStatus status :
       {NCryptStatus::kBadKeyset, NCryptStatus::kNoKey, NCryptStatus::kNotFound}) {
    FakeHost host;
    host.Traits().no_such_key = status;
    const auto key = host.KeyGuard(host.Process())->GetOrCreateKey();
    EXPECT_TRUE(key) << Text(status);
  }
}

// If a service does not answer or refuses access, the key may be the one that all processes use.
// G-06.
TEST(KeyGuardOpenTest, AnyOtherOpenStatusFailsTheProviderAndOverwritesNothing) {
  for (const NCryptStatus status : {NCryptStatus::kRpcUnavailable, NCryptStatus::kBusy, NCryptStatus::kFail,
                                    NCryptStatus::kPermission, NCryptStatus::kDeviceNotReady}) {
    FakeHost host;
    const auto before = host.NewKeyGuardKey();
    const auto process = host.Process();
    process->FailAlways(Call::kOpenKey, status);
    const auto key = host.KeyGuard(process)->GetOrCreateKey();
    ASSERT_FALSE(key) << Text(status);
    EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
    EXPECT_EQ(key.error().step, Step::kKey);
    EXPECT_TRUE(key.error().retryable) << Text(status);
    EXPECT_EQ(key.error().native_code, static_cast<std::int64_t>(status));
    EXPECT_NE(key.error().message.find(Text(status)), std::string::npos) << key.error().message;
    EXPECT_EQ(process->Count(Call::kCreateKey), 0);
    EXPECT_EQ(host.StoredKeyGuardKey(), before->PublicKey());
  }
}

// As Wine does.
TEST(KeyGuardOpenTest, AKeystoreThatKnowsNoPersistedKeysIsFinal) {
  FakeHost host;
  const auto process = host.Process();
  process->FailAlways(Call::kOpenKey, NCryptStatus::kNotSupported);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_FALSE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(KeyGuardOpenTest, ADeadKeyAfterARebootThatDoesNotOpenIsOverwritten) {
  FakeHost host;
  const auto before = host.NewKeyGuardKey();
  host.machine->Reboot();
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_NE((*key)->PublicKey(), before->PublicKey());
  EXPECT_TRUE(Signs(**key));
  EXPECT_EQ(CreationFlags(*process), std::vector<std::uint32_t>{kIsolationFlags | kOverwriteKeyFlag});
}

TEST(KeyGuardOpenTest, ADeadKeyAfterARebootThatOpensIsFoundByASignature) {
  FakeHost host;
  host.Traits().per_boot_keys_open = true;
  const auto before = host.NewKeyGuardKey();
  host.machine->Reboot();
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_NE((*key)->PublicKey(), before->PublicKey());
  EXPECT_TRUE(Signs(**key));
  EXPECT_EQ(CreationFlags(*process), std::vector<std::uint32_t>{kIsolationFlags | kOverwriteKeyFlag});
}

// Twice before the lock and twice after it. Every handle to the key is freed before the key is overwritten.
TEST(KeyGuardOpenTest, ADeadKeyIsProbedTwiceReopenedOnceAndFreedBeforeItIsOverwritten) {
  FakeHost host;
  host.Traits().per_boot_keys_open = true;
  static_cast<void>(host.NewKeyGuardKey());
  host.machine->Reboot();
  const int given = host.machine->Given() - host.machine->Freed();
  const auto process = host.Process();
  int probes = 0;
  int opens = 0;
  int open_handles = -1;
  process->before = [&](Call call) {
    if (call != Call::kCreateKey) return;
    probes = process->Count(Call::kSignHash);
    opens = process->Count(Call::kOpenKey);
    open_handles = host.machine->Given() - host.machine->Freed() - given;
  };
  ASSERT_TRUE(host.KeyGuard(process)->GetOrCreateKey());
  EXPECT_EQ(probes, 4);
  EXPECT_EQ(opens, 2);
  EXPECT_EQ(open_handles, 1) << "the keystore's alone";
}

TEST(KeyGuardOpenTest, AProbeThatFailsOnceDoesNotDestroyTheKey) {
  FakeHost host;
  const auto before = host.NewKeyGuardKey();
  const auto process = host.Process();
  process->FailNext(Call::kSignHash, NCryptStatus::kInternalError);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->PublicKey(), before->PublicKey());
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(KeyGuardOpenTest, AProbeThatFailsTwiceIsRepeatedUnderTheLock) {
  FakeHost host;
  const auto before = host.NewKeyGuardKey();
  const auto process = host.Process();
  process->FailNext(Call::kSignHash, NCryptStatus::kInternalError, 3);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->PublicKey(), before->PublicKey());
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(KeyGuardOpenTest, AProbeThatFailsForAServicesReasonNeverDestroysTheKey) {
  FakeHost host;
  const auto before = host.NewKeyGuardKey();
  const auto process = host.Process();
  process->FailAlways(Call::kSignHash, NCryptStatus::kRpcUnavailable);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
  EXPECT_EQ(host.StoredKeyGuardKey(), before->PublicKey());
}

/// SpoiltKey is a key that must never be adopted.
struct SpoiltKey {
  const char* name;
  void (*spoil)(fake::StoredKey&);
};

class KeyGuardSpoiltKeyTest : public ::testing::TestWithParam<SpoiltKey> {};

INSTANTIATE_TEST_SUITE_P(
    Each, KeyGuardSpoiltKeyTest,
    ::testing::Values(SpoiltKey{"NotIsolated", [](fake::StoredKey& key) { key.isolated = false; }},
                      SpoiltKey{"Exportable", [](fake::StoredKey& key) { key.export_policy = 1; }},
                      SpoiltKey{"Archivable", [](fake::StoredKey& key) { key.export_policy = 4; }},
                      SpoiltKey{"WrongSize", [](fake::StoredKey& key) { key.bits = 1024; }}),
    [](const auto& each) { return each.param.name; });

TEST_P(KeyGuardSpoiltKeyTest, IsRecreatedOnceUnderTheLock) {
  FakeHost host;
  fake::StoredKey spoilt = GoodKey();
  GetParam().spoil(spoilt);
  const auto planted = host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, spoilt);
  const auto process = host.Process();
  int held = -1;
  process->before = [&](Call call) {
    if (call == Call::kCreateKey) held = host.locks.Held();
  };
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_NE((*key)->PublicKey(), fake::PublicHalf(planted->rsa));
  EXPECT_EQ(CreationFlags(*process), std::vector<std::uint32_t>{kIsolationFlags | kOverwriteKeyFlag});
  EXPECT_EQ(held, 1);
  EXPECT_EQ(host.locks.Held(), 0);
}

TEST_P(KeyGuardSpoiltKeyTest, IsNotAdoptedWhenNoOtherCanBeMade) {
  FakeHost host;
  host.Traits().vbs = NCryptStatus::kNotSupported;
  fake::StoredKey spoilt = GoodKey();
  GetParam().spoil(spoilt);
  static_cast<void>(host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, spoilt));
  const auto key = host.KeyGuard(host.Process())->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().native_code, 0x80090029LL);
  EXPECT_NE(key.error().message.find("was not usable"), std::string::npos) << key.error().message;
}

// A property that cannot be read proves nothing: the key is neither adopted nor overwritten.
TEST(KeyGuardOpenTest, APropertyThatCannotBeReadFailsTheProviderAndOverwritesNothing) {
  FakeHost host;
  static_cast<void>(host.NewKeyGuardKey());
  const auto process = host.Process();
  process->FailAlways(Call::kGetProperty, NCryptStatus::kRpcUnavailable);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

// Which call on a dead per-boot key fails first depends on Windows.
TEST(KeyGuardOpenTest, ADeadKeyAfterARebootThatShowsInAnotherCallIsReplaced) {
  for (const Call call : {Call::kGetProperty, Call::kExportPublicKey}) {
    FakeHost host;
    const auto dead = host.NewKeyGuardKey();
    const auto process = host.Process();
    process->FailNext(call, NCryptStatus::kVbsCannotDecryptKey, 2);
    const auto key = host.KeyGuard(process)->GetOrCreateKey();
    ASSERT_TRUE(key) << key.error().ToString();
    EXPECT_NE((*key)->PublicKey(), dead->PublicKey());
    EXPECT_EQ(process->Count(Call::kCreateKey), 1);
  }
}

TEST(KeyGuardOpenTest, APublicHalfThatIsNotGivenOutFailsTheProviderAndOverwritesNothing) {
  FakeHost host;
  static_cast<void>(host.NewKeyGuardKey());
  const auto process = host.Process();
  process->FailAlways(Call::kExportPublicKey, NCryptStatus::kPermission);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().native_code, static_cast<std::int64_t>(NCryptStatus::kPermission));
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(KeyGuardOpenTest, ADiscardedKeyThatSignsStaysAndADeadOneIsReplaced) {
  FakeHost host;
  const auto provider = host.KeyGuard(host.Process());
  const auto first = provider->GetOrCreateKey().value();
  provider->Discard(*first);
  EXPECT_EQ(provider->GetOrCreateKey().value()->PublicKey(), first->PublicKey())
      << "other processes use it too";
  host.machine->Kill(first->PublicKey());
  provider->Discard(*first);
  const auto second = provider->GetOrCreateKey();
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*second)->PublicKey(), first->PublicKey());
  EXPECT_TRUE(Signs(**second));
}

TEST(KeyGuardOpenTest, InspectingTheStoredKeyTellsItsStateAndMakesNothing) {
  FakeHost host;
  const auto process = host.Process();
  const auto provider = host.KeyGuard(process);
  const auto state = [&] { return provider->InspectStoredKey()->state; };
  EXPECT_EQ(state(), StoredKeyState::kMissing);
  static_cast<void>(host.NewKeyGuardKey());
  EXPECT_EQ(state(), StoredKeyState::kUsable);
  EXPECT_EQ(provider->InspectStoredKey()->reason, "");
  const auto before = host.StoredKeyGuardKey();
  host.machine->Reboot();
  EXPECT_EQ(state(), StoredKeyState::kUnusable) << "a key ends with its boot";
  EXPECT_NE(provider->InspectStoredKey()->reason, "");
  auto exportable = GoodKey();
  exportable.export_policy = 1;
  host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, exportable);
  EXPECT_EQ(state(), StoredKeyState::kUnusable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
  EXPECT_NE(host.StoredKeyGuardKey(), before) << "the planted one is still there";
  EXPECT_EQ(host.machine->Given(), host.machine->Freed());
}

TEST(KeyGuardOpenTest, AMissingNCryptIsTheErrorOfItsSource) {
  windows::fake::FakeNamedLocks locks;
  Error missing(ErrorCode::kKeyCreationFailed, Step::kKey, "System32 has no ncrypt.dll");
  missing.retryable = false;
  const auto source = [missing]() -> Result<std::shared_ptr<NCryptApi>> { return missing; };
  for (const auto& provider : {MakeKeyGuardProvider(source, locks), MakePlatformCryptoProvider(source, locks),
                               MakeEphemeralCngProvider(source)}) {
    const auto key = provider->GetOrCreateKey();
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().message, "System32 has no ncrypt.dll");
    EXPECT_FALSE(key.error().retryable);
  }
}

}  // namespace
}  // namespace msiv2::cng
