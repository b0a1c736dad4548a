// The named mutexes of this system.
#include <gtest/gtest.h>
#include <windows.h>

#include <future>
#include <memory>
#include <string>
#include <thread>

#include "windows/named_lock.h"

namespace msiv2::windows {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

class SystemLockTest : public ::testing::Test {
 protected:
  // A name that no concurrent test uses.
  const std::string name_ = LockName("MSIV2_MINT_", "msiv2 test " + std::to_string(GetCurrentProcessId()));
};

// B11.
TEST_F(SystemLockTest, ACancellationEndsTheWait) {
  std::promise<void> held;
  std::promise<void> done;
  std::thread owner([&] {
    const NamedLock lock = SystemNamedLocks().Take(name_, milliseconds(0));
    EXPECT_TRUE(lock.IsOwned());
    held.set_value();
    done.get_future().wait();
  });
  held.get_future().wait();
  EXPECT_EQ(SystemNamedLocks().Take(name_, milliseconds(0)).grant(), LockGrant::kBusy);
  const CancellationSource source;
  std::thread canceler([&] { source.Cancel(); });
  EXPECT_EQ(SystemNamedLocks().Take(name_, minutes(10), source.token()).grant(), LockGrant::kBusy);
  canceler.join();
  done.set_value();
  owner.join();
  EXPECT_EQ(SystemNamedLocks().Take(name_, milliseconds(0)).grant(), LockGrant::kOwned);
}

// B11.
TEST_F(SystemLockTest, ALockWhoseOwnerHasEndedIsOwned) {
  std::unique_ptr<NamedLock> left;  // not released on the thread that took it
  std::thread([&] {
    left = std::make_unique<NamedLock>(SystemNamedLocks().Take(name_, milliseconds(0)));
  }).join();
  ASSERT_EQ(left->grant(), LockGrant::kOwned);
  EXPECT_EQ(SystemNamedLocks().Take(name_, minutes(10)).grant(), LockGrant::kAbandoned);
}

}  // namespace
}  // namespace msiv2::windows
