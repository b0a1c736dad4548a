// Busy locks, and certificates that must not return meanwhile.
#include "cache/windows_cert_store/store_test_fixture.h"

namespace msiv2::cache {
namespace {

using std::chrono::milliseconds;
using windows::LockGrant;

class StoreLockTest : public StoreTest {
 protected:
  std::vector<milliseconds> Timeouts() {
    std::vector<milliseconds> timeouts;
    for (const auto& asked : locks_.TakeRequests()) timeouts.push_back(asked.timeout);
    return timeouts;
  }
};

TEST_F(StoreLockTest, WritesRunUnderTheAliassOwnLock) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  store->Remove(" " + std::string(kAlias), Der(kDay));
  const auto asked = locks_.TakeRequests();
  ASSERT_EQ(asked.size(), 2U);
  for (const auto& one : asked) {
    EXPECT_EQ(one.name, windows::LockName("MSAL_MI_P_", kAlias));
    EXPECT_EQ(one.timeout, milliseconds(300));
  }
}

// Write_Skips_When_Mutex_Busy_Then_Succeeds_After_Release
TEST_F(StoreLockTest, ABusyLockSkipsTheWriteAndTheNextOneSucceeds) {
  auto store = Start();
  locks_.Grant(LockGrant::kBusy);
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_TRUE(raw_->Entries().empty());
  locks_.Grant(LockGrant::kOwned);
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(Loaded().size(), 1U);
}

TEST_F(StoreLockTest, AnAbandonedLockIsOwned) {
  locks_.Grant(LockGrant::kAbandoned);
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(raw_->Entries().size(), 1U);
  EXPECT_EQ(locks_.Held(), 0);
}

// G-27: a process that squats on the lock's name cannot keep this library from writing.
TEST_F(StoreLockTest, WithoutALockTheStoreStillWorks) {
  locks_.Grant(LockGrant::kUnavailable);
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  EXPECT_EQ(raw_->Entries().size(), 1U);
  store->Remove(kAlias, Der(kDay));
  EXPECT_TRUE(raw_->Entries().empty());
}

// G-04.
TEST_F(StoreLockTest, ARefusedCertificateStaysAwayWhileTheLockIsBusyAndIsDroppedLater) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  locks_.Grant(LockGrant::kBusy);
  store->Remove(kAlias, Der(kDay));
  EXPECT_TRUE(raw_->Has(Der(kDay)));
  EXPECT_TRUE(Loaded(*store).empty());
  locks_.Grant(LockGrant::kOwned);
  EXPECT_TRUE(Loaded(*store).empty());
  EXPECT_TRUE(raw_->Entries().empty()) << "the load has dropped it";
}

TEST_F(StoreLockTest, EveryLaterCallForTheAliasTriesToDropARefusedCertificate) {
  for (const int call : {0, 1, 2}) {
    auto store = Start();
    store->Save(kAlias, Stored(Der(kDay)));
    locks_.Grant(LockGrant::kBusy);
    store->Remove(kAlias, Der(kDay));
    locks_.Grant(LockGrant::kOwned);
    if (call == 0) static_cast<void>(store->Load(kAlias));
    if (call == 1) store->Save(kAlias, Stored(Der(2 * kDay)));
    if (call == 2) store->Remove(kAlias, Der(kDay));
    EXPECT_FALSE(raw_->Has(Der(kDay))) << call;
    store->Remove(kAlias, Der(2 * kDay));
  }
}

TEST_F(StoreLockTest, AFailureToDropIsTriedAgainToo) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  raw_->Refuse(true);
  store->Remove(kAlias, Der(kDay));
  raw_->Refuse(false);
  EXPECT_TRUE(raw_->Has(Der(kDay)));
  EXPECT_TRUE(Loaded(*store).empty());
  EXPECT_FALSE(raw_->Has(Der(kDay)));
}

TEST_F(StoreLockTest, AStuckLockCostsACallThreeHundredMillisecondsOnce) {
  auto store = Start();
  for (const int days : {1, 2, 3}) store->Save(kAlias, Stored(Der(days * kDay)));
  locks_.TakeRequests();
  locks_.Grant(LockGrant::kBusy);
  for (const int days : {1, 2, 3}) store->Remove(kAlias, Der(days * kDay));
  static_cast<void>(store->Load(kAlias));
  store->Save(kAlias, Stored(Der(4 * kDay)));
  EXPECT_EQ(Timeouts(), (std::vector<milliseconds>{milliseconds(300), milliseconds(0), milliseconds(0),
                                                   milliseconds(0), milliseconds(0)}));
  locks_.Grant(LockGrant::kOwned);
  store->Save(kAlias, Stored(Der(5 * kDay)));
  store->Save(kAlias, Stored(Der(6 * kDay)));
  EXPECT_EQ(Timeouts(), (std::vector<milliseconds>{milliseconds(0), milliseconds(300)}));
  EXPECT_EQ(Loaded(*store), (std::vector<Bytes>{Der(6 * kDay), Der(5 * kDay)}));
}

TEST_F(StoreLockTest, AnotherAliassBusyLockIsWaitedFor) {
  auto store = Start();
  locks_.Grant(LockGrant::kBusy);
  store->Save("one#att=1", Stored(Der(kDay)));
  store->Save("two#att=1", Stored(Der(kDay)));
  EXPECT_EQ(Timeouts(), (std::vector<milliseconds>{milliseconds(300), milliseconds(300)}));
}

TEST_F(StoreLockTest, NoLockIsTakenWhereThereIsNothingToWrite) {
  auto store = Start();
  store->Save(kAlias, Stored(Der(kDay)));
  locks_.TakeRequests();
  store->Save(kAlias, Stored(Der(kDay)));
  store->Remove(kAlias, Der(2 * kDay));
  EXPECT_TRUE(Timeouts().empty());
}

}  // namespace
}  // namespace msiv2::cache
