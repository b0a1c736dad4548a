#include "base/wait.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "msiv2/testing/fake_clock.h"

namespace msiv2 {
namespace {

class WaitTest : public ::testing::Test {
 protected:
  WaitTest() { context_.clock = &clock_; }

  // Waits with a predicate that never holds, and runs `while_waiting` on another thread during the wait. The
  // predicate is asked under the mutex, which the wait alone gives up.
  WaitOutcome WaitWhile(const std::function<void()>& while_waiting) {
    std::atomic<bool> asked{false};
    std::thread other([&] {
      while (!asked) std::this_thread::yield();
      { std::lock_guard lock(signal_.mutex); }
      while_waiting();
    });
    const WaitOutcome outcome = WaitFor(signal_, context_, [&] {
      asked = true;
      return ready_;
    });
    other.join();
    return outcome;
  }

  testing::FakeClock clock_;
  CallContext context_;
  Signal signal_;
  bool ready_ = false;
};

TEST_F(WaitTest, EndsWhenThePredicateHolds) {
  const auto outcome = WaitWhile([&] {
    std::lock_guard lock(signal_.mutex);
    ready_ = true;
    signal_.changed.notify_all();
  });
  EXPECT_EQ(outcome, WaitOutcome::kReady);
}

TEST_F(WaitTest, EndsAtADeadlineThatHasPassed) {
  context_.deadline = clock_.MonotonicNow();
  EXPECT_EQ(WaitFor(signal_, context_, [] { return false; }), WaitOutcome::kDeadline);
}

// B8.
TEST_F(WaitTest, LooksAtTheClockAgainWhenItIsWoken) {
  context_.deadline = clock_.MonotonicNow() + std::chrono::hours(24);
  const auto outcome = WaitWhile([&] {
    std::lock_guard lock(signal_.mutex);
    clock_.Advance(std::chrono::hours(25));
    signal_.changed.notify_all();
  });
  EXPECT_EQ(outcome, WaitOutcome::kDeadline);
}

TEST_F(WaitTest, EndsOnCancellationBeforeOrDuringTheWait) {
  CancellationSource source;
  context_.cancellation = source.token();
  EXPECT_EQ(WaitWhile([&] { source.Cancel(); }), WaitOutcome::kCanceled);
  EXPECT_EQ(WaitFor(signal_, context_, [] { return false; }), WaitOutcome::kCanceled);
}

TEST_F(WaitTest, PrefersAReadyAnswerToBoth) {
  CancellationSource source;
  source.Cancel();
  context_.cancellation = source.token();
  context_.deadline = clock_.MonotonicNow();
  EXPECT_EQ(WaitFor(signal_, context_, [] { return true; }), WaitOutcome::kReady);
}

TEST_F(WaitTest, TurnsIntoAnError) {
  const Error canceled = CallEnded(WaitOutcome::kCanceled, Step::kKey, "the key");
  EXPECT_EQ(canceled.code, ErrorCode::kCanceled);
  EXPECT_EQ(canceled.step, Step::kKey);
  EXPECT_EQ(canceled.message, "the caller cancelled while waiting for the key");
  const Error timeout = CallEnded(WaitOutcome::kDeadline, Step::kKey, "the key");
  EXPECT_EQ(timeout.code, ErrorCode::kTimeout);
  EXPECT_EQ(timeout.message, "the deadline passed while waiting for the key");
}

TEST_F(WaitTest, ACallThatHasEndedDoesNotWait) {
  EXPECT_FALSE(CheckCall(context_, Step::kKey));
  context_.deadline = clock_.MonotonicNow();
  EXPECT_EQ(CheckCall(context_, Step::kKey)->code, ErrorCode::kTimeout);
  CancellationSource source;
  source.Cancel();
  context_.cancellation = source.token();
  EXPECT_EQ(CheckCall(context_, Step::kKey)->code, ErrorCode::kCanceled);
}

}  // namespace
}  // namespace msiv2
