#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>

namespace msiv2 {
namespace {

// Holds tasks back until it is opened, and counts those that have arrived.
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
    for (int i = 0; i < 100; ++i) executor.Post([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(Executor, StartsNoThreadBeforeItHasWork) { Executor executor(4); }

TEST(Executor, RunsTasksSideBySideUpToItsLimit) {
  Gate gate;
  Executor executor(2);
  executor.Post([&] { gate.Pass(); });
  executor.Post([&] { gate.Pass(); });
  gate.WaitForArrivals(2);
  gate.Open();
}

TEST(Executor, RefusesAnOptionalTaskWhenAllThreadsAreTaken) {
  Gate gate;
  std::atomic<int> done{0};
  {
    Executor executor(1);
    EXPECT_TRUE(executor.TryPost([&] { gate.Pass(); }));
    gate.WaitForArrivals(1);
    EXPECT_FALSE(executor.TryPost([&] { ++done; }));
    executor.Post([&] { ++done; });  // waits its turn
    gate.Open();
  }
  EXPECT_EQ(done, 1);
}

TEST(Executor, TakesAnOptionalTaskAgainWhenAThreadIsFree) {
  Gate gate;
  Gate second;
  Executor executor(2);
  EXPECT_TRUE(executor.TryPost([&] { gate.Pass(); }));
  EXPECT_TRUE(executor.TryPost([&] { second.Pass(); }));
  gate.WaitForArrivals(1);
  second.WaitForArrivals(1);
  EXPECT_FALSE(executor.TryPost([] {}));
  gate.Open();
  std::atomic<bool> ran{false};
  while (!executor.TryPost([&] { ran = true; })) std::this_thread::yield();
  second.Open();
  while (!ran) std::this_thread::yield();
}

TEST(Executor, LetsATaskPostAnother) {
  std::atomic<int> done{0};
  Gate gate;
  Executor executor(1);
  executor.Post([&] {
    executor.Post([&] {
      ++done;
      gate.Pass();
    });
  });
  gate.WaitForArrivals(1);
  EXPECT_EQ(done, 1);
  gate.Open();
}

}  // namespace
}  // namespace msiv2
