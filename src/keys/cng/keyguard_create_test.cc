// KeyGuard: creating a key, alone and concurrently with other processes.
#include <gtest/gtest.h>

#include "keys/cng/testing/fake_host.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;
using fake::Signs;
using windows::LockGrant;

/// Once returns a hook that runs `work` for the first call of `call` only.
std::function<void(Call)> Once(Call call, std::function<void()> work) {
  return [call, work = std::move(work), done = std::make_shared<bool>(false)](Call now) {
    if (now != call || std::exchange(*done, true)) return;
    work();
  };
}

// G-05.
TEST(KeyGuardCreateTest, VbsOffIsFinalAndSaysItsStatus) {
  for (const std::uint32_t status : {0x80090029U, 0x80890014U, 0x80090009U}) {
    FakeHost host;
    host.Traits().vbs = NCryptStatus{status};
    const auto key = host.KeyGuard(host.Process())->GetOrCreateKey();
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::kKeyCreationFailed);
    EXPECT_EQ(key.error().native_code, static_cast<std::int64_t>(status));
    EXPECT_FALSE(key.error().retryable);
    EXPECT_NE(key.error().message.find(Text(NCryptStatus{status})), std::string::npos);
    EXPECT_EQ(host.machine->Find(kSoftwareKeystore, fake::kKeyGuardName), nullptr) << "G-25";
  }
}

TEST(KeyGuardCreateTest, AnyOtherRefusalUnderTheIsolationFlagMayPass) {
  FakeHost host;
  const auto process = host.Process();
  const auto provider = host.KeyGuard(process);
  process->FailNext(Call::kCreateKey, NCryptStatus{0x8009003B});
  const auto failed = provider->GetOrCreateKey();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().native_code, 0x8009003BLL);
  EXPECT_TRUE(failed.error().retryable);
  EXPECT_TRUE(provider->GetOrCreateKey()) << "VBS failed once";
}

// B8. A finished key stays: another process may have opened it.
TEST(KeyGuardCreateTest, AFailureAtAnyCallOfTheCreationLeavesNoUnfinishedKeyAndNoHandle) {
  for (const Call call : {Call::kCreateKey, Call::kSetNumber, Call::kFinalizeKey, Call::kExportPublicKey}) {
    FakeHost host;
    const auto process = host.Process();
    process->FailNext(call, NCryptStatus::kFail);
    const auto key = host.KeyGuard(process)->GetOrCreateKey();
    ASSERT_FALSE(key);
    EXPECT_TRUE(key.error().retryable);
    EXPECT_EQ(key.error().native_code, static_cast<std::int64_t>(NCryptStatus::kFail));
    const auto left = host.machine->Find(kSoftwareKeystore, fake::kKeyGuardName);
    EXPECT_EQ(left != nullptr, call == Call::kExportPublicKey) << static_cast<int>(call);
    EXPECT_EQ(host.machine->Given(), host.machine->Freed());
    EXPECT_EQ(host.locks.Held(), 0);
  }
}

// Success codes prove nothing: a keystore that accepts the flags and ignores them is detected by reading
// back.
TEST(KeyGuardCreateTest, AKeystoreThatIgnoresWhatItAcceptsIsRefusedForGood) {
  const auto check = [](void (*spoil)(fake::MachineTraits&), const std::string& why) {
    FakeHost host;
    spoil(host.Traits());
    const auto process = host.Process();
    const auto key = host.KeyGuard(process)->GetOrCreateKey();
    ASSERT_FALSE(key) << why;
    EXPECT_FALSE(key.error().retryable);
    EXPECT_NE(key.error().message.find(why), std::string::npos) << key.error().message;
    EXPECT_EQ(process->Count(Call::kCreateKey), 1) << "no second try";
  };
  check([](fake::MachineTraits& traits) { traits.isolates = false; }, "not isolated");
  check([](fake::MachineTraits& traits) { traits.keeps_policy = false; }, "Export Policy");
  check([](fake::MachineTraits& traits) { traits.made_bits = 1024; }, "Length");
}

TEST(KeyGuardCreateTest, ANewKeyThatDoesNotSignFailsTheProviderAndMayPass) {
  FakeHost host;
  const auto process = host.Process();
  process->FailAlways(Call::kSignHash, NCryptStatus::kInternalError);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 1);
}

// Both processes have created a key, and the other one finalizes first. Ours silently replaces its key. The
// other process inspects the key once more and adopts ours.
// G-08.
TEST(KeyGuardCreateTest, TwoProcessesFinalizeAndTheLaterOneWins) {
  FakeHost host;
  host.Traits().finalize_sees_names = false;
  const auto ours = host.Process();
  std::shared_ptr<const SigningKey> theirs;
  ours->before = Once(Call::kFinalizeKey, [&] { theirs = host.NewKeyGuardKey(); });
  const auto key = host.KeyGuard(ours)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_NE((*key)->PublicKey(), theirs->PublicKey());
  EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
}

// The other process has created a key before ours finalizes, and finalizes after ours.
// G-08.
TEST(KeyGuardCreateTest, TheLoserAdoptsTheWinner) {
  FakeHost host;
  const auto ours = host.Process();
  const auto theirs = host.Process();
  std::shared_ptr<const SigningKey> our_key;
  theirs->before = Once(Call::kFinalizeKey, [&] { our_key = host.KeyGuard(ours)->GetOrCreateKey().value(); });
  std::shared_ptr<const SigningKey> their_key = host.KeyGuard(theirs)->GetOrCreateKey().value();
  EXPECT_EQ(their_key->PublicKey(), host.StoredKeyGuardKey());

  // Now the other way round: ours finalizes, and the other process replaces the key before we inspect it
  // again.
  FakeHost second;
  const auto late = second.Process();
  late->after = Once(Call::kFinalizeKey,
                     [&] { second.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, fake::GoodKey()); });
  const auto adopted = second.KeyGuard(late)->GetOrCreateKey();
  ASSERT_TRUE(adopted) << adopted.error().ToString();
  EXPECT_EQ((*adopted)->PublicKey(), second.StoredKeyGuardKey()) << "the winner, not the key that was made";
  EXPECT_EQ(late->Count(Call::kCreateKey), 1);
  EXPECT_TRUE(Signs(**adopted));
}

// G-07.
TEST(KeyGuardCreateTest, AWinnerThatIsNotIsolatedIsNotAdopted) {
  FakeHost host;
  const auto process = host.Process();
  process->after = Once(Call::kFinalizeKey, [&] {
    fake::StoredKey soft = fake::GoodKey();
    soft.isolated = false;
    host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, soft);
  });
  const auto provider = host.KeyGuard(process);
  const auto key = provider->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable) << "it is not this keystore's fault";
  EXPECT_TRUE(provider->GetOrCreateKey());
}

TEST(KeyGuardCreateTest, AKeyThatIsReplacedAtEveryLookIsGivenUpAfterThreePasses) {
  FakeHost host;
  const auto process = host.Process();
  int looks = 0;
  process->before = [&](Call call) {
    if (call != Call::kOpenKey || process->Count(Call::kFinalizeKey) == 0) return;
    ++looks;
    host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, fake::GoodKey());
  };
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(looks, 3);
  EXPECT_EQ(host.machine->Given(), host.machine->Freed());
}

// Another process finalizes between our inspection and our creation, or between our creation and our
// finalize.
TEST(KeyGuardCreateTest, NteExistsFromEitherCallLeadsToTheOtherProcessesKey) {
  for (const Call call : {Call::kCreateKey, Call::kFinalizeKey}) {
    FakeHost host;
    host.Traits().finalize_sees_names = true;
    const auto process = host.Process();
    process->before =
        Once(call, [&] { host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, fake::GoodKey()); });
    const auto key = host.KeyGuard(process)->GetOrCreateKey();
    ASSERT_TRUE(key) << key.error().ToString();
    EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
    EXPECT_EQ(process->Count(Call::kCreateKey), 1);
    EXPECT_TRUE(Signs(**key));
  }
}

// Otherwise the remains of a key that no open finds any more would disable the provider for good.
TEST(KeyGuardCreateTest, ANameThatIsTakenByAKeyThatNoOpenFindsIsOverwritten) {
  FakeHost host;
  fake::StoredKey hidden = fake::GoodKey();
  hidden.hidden = true;
  static_cast<void>(host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, hidden));
  const auto key = host.KeyGuard(host.Process())->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
}

TEST(KeyGuardCreateTest, NteExistsUnderOverwriteEnds) {
  FakeHost host;
  const auto process = host.Process();
  process->FailAlways(Call::kCreateKey, NCryptStatus::kExists);
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_FALSE(key);
  EXPECT_TRUE(key.error().retryable);
  EXPECT_EQ(process->Count(Call::kCreateKey), 2);
}

TEST(KeyGuardCreateTest, TheLockIsTheSiblingLibrariesOne) {
  FakeHost host;
  static_cast<void>(host.NewKeyGuardKey());
  const auto requests = host.locks.Requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].name, "MSAL_MI_K_8c2314881e5a3dd76e8b410bb95f3b6f");
  EXPECT_EQ(requests[0].timeout, std::chrono::seconds(10));
}

TEST(KeyGuardCreateTest, AKeyThatWasMadeWhileWaitingForTheLockIsAdopted) {
  FakeHost host;
  host.locks.while_waiting = [&] {
    host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, fake::GoodKey());
  };
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

TEST(KeyGuardCreateTest, AStaleKeyThatWasReplacedWhileWaitingForTheLockIsNotOverwrittenAgain) {
  FakeHost host;
  static_cast<void>(host.NewKeyGuardKey());
  host.machine->Reboot();
  host.locks.while_waiting = [&] {
    host.machine->Plant(kSoftwareKeystore, fake::kKeyGuardName, fake::GoodKey());
  };
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->PublicKey(), host.StoredKeyGuardKey());
  EXPECT_EQ(process->Count(Call::kCreateKey), 0);
}

class KeyGuardLockTest : public ::testing::TestWithParam<LockGrant> {};

INSTANTIATE_TEST_SUITE_P(Each, KeyGuardLockTest,
                         ::testing::Values(LockGrant::kOwned, LockGrant::kAbandoned, LockGrant::kBusy,
                                           LockGrant::kUnavailable),
                         [](const auto& each) { return std::string(windows::Name(each.param)); });

TEST_P(KeyGuardLockTest, TheKeyIsMade) {
  FakeHost host(GetParam());
  const auto process = host.Process();
  int held = -1;
  process->before = [&](Call call) {
    if (call == Call::kFinalizeKey) held = host.locks.Held();
  };
  const auto key = host.KeyGuard(process)->GetOrCreateKey();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_TRUE(Signs(**key));
  const bool owned = GetParam() == LockGrant::kOwned || GetParam() == LockGrant::kAbandoned;
  EXPECT_EQ(held, owned ? 1 : 0);
  EXPECT_EQ(host.locks.Held(), 0);
}

TEST_P(KeyGuardLockTest, AFailureSaysWhenTheLockWasNotHad) {
  FakeHost host(GetParam());
  host.Traits().vbs = NCryptStatus::kFail;
  const auto key = host.KeyGuard(host.Process())->GetOrCreateKey();
  ASSERT_FALSE(key);
  const bool owned = GetParam() == LockGrant::kOwned || GetParam() == LockGrant::kAbandoned;
  const std::string without = "without the lock between processes: " + std::string(Name(GetParam()));
  EXPECT_EQ(key.error().message.find(without) == std::string::npos, owned) << key.error().message;
}

// A delete through the stale handle would remove the other process's key, because a delete goes by name.
TEST(KeyGuardCreateTest, AnotherProcessesReplacementSurvivesTheReleaseOfAStaleKey) {
  FakeHost host;
  host.Traits().per_boot_keys_open = true;
  auto stale = host.NewKeyGuardKey();
  host.machine->Reboot();
  const auto replacement = host.NewKeyGuardKey();
  stale.reset();
  EXPECT_EQ(host.StoredKeyGuardKey(), replacement->PublicKey());
  EXPECT_TRUE(Signs(*replacement));
}

}  // namespace
}  // namespace msiv2::cng
