#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>

#include "tests/support/thread_count.h"

namespace msiv2 {
namespace {

// Blocks tasks until the gate is opened, and counts the tasks that have arrived.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void WaitForArrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

TEST(Executor, RunsEveryPostedTaskBeforeItEnds) {
  std::atomic<int> done{0};
  {
    Executor executor(2);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(executor.Post([&] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

// B8.
TEST(Executor, StartsNoThreadBeforeItHasWork) {
  const auto before = testing::ThreadCount();
  if (!before) GTEST_SKIP() << "this system does not show its threads";
  Gate gate;
  Executor executor(4);
  EXPECT_LE(*testing::ThreadCount(), *before);
  ASSERT_TRUE(executor.Post([&] { gate.Pass(); }));
  EXPECT_GT(*testing::ThreadCount(), *before) << "now it has";
  gate.Open();
}

// B8. A third thread would show in the count as soon as the third task is posted.
TEST(Executor, RunsTasksSideBySideUpToItsLimit) {
  Gate gate;
  Executor executor(2);
  EXPECT_TRUE(executor.Post([&] { gate.Pass(); }));
  EXPECT_TRUE(executor.Post([&] { gate.Pass(); }));
  gate.WaitForArrivals(2);
  const auto with_two = testing::ThreadCount();
  EXPECT_TRUE(executor.Post([&] { gate.Pass(); }));
  if (with_two) {
    EXPECT_LE(*testing::ThreadCount(), *with_two);
  }
  gate.Open();
}

TEST(Executor, QueuesWhatItsThreadsCannotTakeYet) {
  Gate gate;
  std::atomic<int> done{0};
  {
    Executor executor(1);
    EXPECT_TRUE(executor.Post([&] { gate.Pass(); }));
    gate.WaitForArrivals(1);
    EXPECT_TRUE(executor.Post([&] { ++done; }));
    EXPECT_EQ(done, 0);
    gate.Open();
  }
  EXPECT_EQ(done, 1);
}

TEST(Executor, LetsATaskPostAnother) {
  std::atomic<int> done{0};
  Gate gate;
  Executor executor(1);
  EXPECT_TRUE(executor.Post([&] {
    EXPECT_TRUE(executor.Post([&] {
      ++done;
      gate.Pass();
    }));
  }));
  gate.WaitForArrivals(1);
  EXPECT_EQ(done, 1);
  gate.Open();
}

}  // namespace
}  // namespace msiv2
