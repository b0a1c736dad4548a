// The lock under which one process mints: its name, how long it is waited for, and what ends the wait.
#include "cache/windows_cert_store/store_test_fixture.h"

namespace msiv2::cache {
namespace {

using std::chrono::milliseconds;
using windows::LockGrant;

class MintLockTest : public StoreTest {
 protected:
  // Returns what the store gives a call that has this much time left.
  std::unique_ptr<MintLock> Lock(milliseconds left = minutes(2), std::string_view alias = kAlias,
                                 const KeyContainer& container = kKeyGuard) {
    const CallContext call{clock_.get(), clock_->MonotonicNow() + left, cancellation_.token()};
    return store_->LockMint(alias, container, call);
  }
  // Returns how long the store waits for the lock in such a call.
  milliseconds TimeoutOf(milliseconds left = minutes(2), std::string_view alias = kAlias) {
    locks_.TakeRequests();
    EXPECT_NE(Lock(left, alias), nullptr);
    const auto asked = locks_.TakeRequests();
    EXPECT_EQ(asked.size(), 1U);
    return asked.empty() ? milliseconds(-1) : asked[0].timeout;
  }

  const CancellationSource cancellation_;
  const std::shared_ptr<CertificateStore> store_ = Start();
};

// B11.
TEST_F(MintLockTest, HasANameOfThisLibraryForEachAlias) {
  EXPECT_NE(Lock(minutes(2), " " + std::string(kAlias)), nullptr);
  EXPECT_NE(Lock(minutes(2), "other#att=1"), nullptr);
  const auto asked = locks_.TakeRequests();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].name, windows::LockName("MSIV2_MINT_", kAlias));
  EXPECT_EQ(asked[0].name.find("MSAL_MI_P_"), std::string::npos);
  EXPECT_NE(asked[1].name, asked[0].name);
}

// B11.
TEST_F(MintLockTest, IsHeldUntilItIsDestroyed) {
  for (const LockGrant grant : {LockGrant::kOwned, LockGrant::kAbandoned}) {
    locks_.Grant(grant);
    auto lock = Lock();
    EXPECT_EQ(locks_.Held(), 1) << Name(grant);
    lock.reset();
    EXPECT_EQ(locks_.Held(), 0) << Name(grant);
  }
}

// B11.
TEST_F(MintLockTest, WithoutItTheMintGoesOnAndTheStoreIsLoadedAgain) {
  for (const LockGrant grant : {LockGrant::kBusy, LockGrant::kUnavailable}) {
    locks_.Grant(grant);
    const auto lock = Lock();
    EXPECT_NE(lock, nullptr) << Name(grant);
    EXPECT_EQ(locks_.Held(), 0) << Name(grant);
  }
}

// B11.
TEST_F(MintLockTest, IsWaitedForTenSecondsOrHalfOfWhatTheCallHasLeft) {
  EXPECT_EQ(TimeoutOf(minutes(2)), seconds(10));
  EXPECT_EQ(TimeoutOf(seconds(20)), seconds(10));
  EXPECT_EQ(TimeoutOf(seconds(19)), milliseconds(9500));
  EXPECT_EQ(TimeoutOf(milliseconds(0)), milliseconds(0));
  EXPECT_EQ(TimeoutOf(-seconds(1)), milliseconds(0)) << "the call has ended";
}

// B11.
TEST_F(MintLockTest, IsNotWaitedForAnyMoreByACanceledCall) {
  locks_.while_waiting = Once([&] { cancellation_.Cancel(); });
  const auto lock = Lock();
  EXPECT_NE(lock, nullptr);
  EXPECT_EQ(locks_.Held(), 0);
  EXPECT_EQ(TimeoutOf(), seconds(10)) << "the lock was not busy for all of the time";
}

// B11.
TEST_F(MintLockTest, AStuckProcessCostsTenSecondsOnce) {
  locks_.Grant(LockGrant::kBusy);
  EXPECT_EQ(TimeoutOf(seconds(5)), milliseconds(2500));
  EXPECT_EQ(TimeoutOf(), seconds(10)) << "the call before did not wait for all of the time";
  EXPECT_EQ(TimeoutOf(), milliseconds(0));
  EXPECT_EQ(TimeoutOf(minutes(2), "other#att=1"), seconds(10)) << "another lock";
  locks_.Grant(LockGrant::kOwned);
  EXPECT_EQ(TimeoutOf(), milliseconds(0));
  EXPECT_EQ(TimeoutOf(), seconds(10)) << "it was free since";
}

// B11.
TEST_F(MintLockTest, IsNotTakenForAKeyWhoseCertificatesAreNotStored) {
  EXPECT_EQ(Lock(minutes(2), kAlias, {kKeyGuard.provider, "another key"}), nullptr);
  EXPECT_TRUE(locks_.Requests().empty());
}

}  // namespace
}  // namespace msiv2::cache
