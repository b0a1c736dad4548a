#include "flow/background_jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>

#include "msiv2/testing/fake_clock.h"

namespace msiv2::flow {
namespace {

using Outcome = BackgroundJobs::Outcome;
using std::chrono::seconds;

class BackgroundJobsTest : public ::testing::Test {
 protected:
  // Begins a job with this outcome and returns once it is settled; false when it was not taken up.
  bool Run(const std::string& key, Outcome outcome) {
    const int before = runs_;
    jobs_.Begin(key, [&, outcome](const CancellationToken&) {
      ++runs_;
      return outcome;
    });
    Drain();
    return runs_ > before;
  }
  // Both threads have taken a job of their own, so what was posted before is settled.
  void Drain() {
    struct Meeting {
      std::mutex mutex;
      std::condition_variable changed;
      int arrived = 0;
      void Arrive() {
        std::unique_lock lock(mutex);
        ++arrived;
        changed.notify_all();
        changed.wait(lock, [&] { return arrived == 3; });
      }
    };
    const auto meeting = std::make_shared<Meeting>();
    for (int i = 0; i < 2; ++i) {
      jobs_.Begin("drain" + std::to_string(drains_++), [meeting](const CancellationToken&) {
        meeting->Arrive();
        return Outcome::kDone;
      });
    }
    meeting->Arrive();
  }

  testing::FakeClock clock_;
  std::atomic<int> runs_{0};
  int drains_ = 0;
  BackgroundJobs jobs_{clock_};
};

TEST_F(BackgroundJobsTest, AKeyWhoseJobIsDoneMayBeginAgainAtOnce) {
  EXPECT_TRUE(Run("k", Outcome::kDone));
  EXPECT_TRUE(Run("k", Outcome::kDone));
}

TEST_F(BackgroundJobsTest, AKeyWhoseJobFailsRestsLongerEachTime) {
  for (const int rest : {30, 60, 120, 240, 480, 600, 600, 600}) {
    EXPECT_TRUE(Run("k", Outcome::kFailed)) << rest;
    clock_.Advance(seconds(rest - 1));
    EXPECT_FALSE(Run("k", Outcome::kFailed)) << rest;
    EXPECT_TRUE(Run("other" + std::to_string(runs_), Outcome::kDone)) << "another key does not rest";
    clock_.Advance(seconds(1));
  }
}

TEST_F(BackgroundJobsTest, SuccessForgetsTheFailures) {
  EXPECT_TRUE(Run("k", Outcome::kFailed));
  clock_.Advance(seconds(30));
  EXPECT_TRUE(Run("k", Outcome::kDone));
  EXPECT_TRUE(Run("k", Outcome::kFailed));
  clock_.Advance(seconds(30));
  EXPECT_TRUE(Run("k", Outcome::kDone));
}

TEST_F(BackgroundJobsTest, WhatCameTooEarlyRestsAnHour) {
  EXPECT_TRUE(Run("k", Outcome::kTooEarly));
  clock_.Advance(seconds(3599));
  EXPECT_FALSE(Run("k", Outcome::kDone));
  clock_.Advance(seconds(1));
  EXPECT_TRUE(Run("k", Outcome::kDone));
}

TEST(BackgroundJobs, DestructionCancelsTheJobUnderWay) {
  testing::FakeClock clock;
  std::atomic<bool> canceled{false};
  std::atomic<bool> started{false};
  {
    BackgroundJobs jobs(clock);
    jobs.Begin("k", [&](const CancellationToken& cancellation) {
      started = true;
      while (!cancellation.IsCanceled()) std::this_thread::yield();
      canceled = true;
      return Outcome::kFailed;
    });
    while (!started) std::this_thread::yield();
  }
  EXPECT_TRUE(canceled);
}

}  // namespace
}  // namespace msiv2::flow
