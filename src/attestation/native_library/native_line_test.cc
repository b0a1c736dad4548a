#include "attestation/native_library/native_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "attestation/attestation_status.h"
#include "base/executor.h"
#include "msiv2/testing/fake_clock.h"

namespace msiv2::attestation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

/// Gate blocks a call until the gate is opened. The gate outlives the test, because a call may still use it.
struct Gate {
  Signal signal;
  int entered = 0;
  bool open = false;

  void Pass() {
    std::unique_lock lock(signal.mutex);
    ++entered;
    signal.changed.notify_all();
    signal.changed.wait(lock, [&] { return open; });
  }
  void Open() {
    std::lock_guard lock(signal.mutex);
    open = true;
    signal.changed.notify_all();
  }
  void AwaitEntered(int count) {
    std::unique_lock lock(signal.mutex);
    signal.changed.wait(lock, [&] { return entered >= count; });
  }
};

class NativeLineTest : public ::testing::Test {
 protected:
  ~NativeLineTest() override { gate_->Open(); }

  CallContext Context(milliseconds timeout = minutes(2)) {
    return {&clock_, clock_.MonotonicNow() + timeout, cancel_.token()};
  }
  NativeLine::Work Answer(const std::string& token) {
    return [this, token]() -> Result<SecretString> {
      ++calls_;
      return SecretString(token);
    };
  }
  NativeLine::Work Held(const std::string& token) {
    return [gate = gate_, token]() -> Result<SecretString> {
      gate->Pass();
      return SecretString(token);
    };
  }
  // Starts a call that does not return, and abandons it as a caller without time would.
  void LeaveHanging(const std::string& subject) {
    CancellationSource leave;
    std::thread leaver([&] {
      gate_->AwaitEntered(1);
      leave.Cancel();
    });
    const auto left = line_.Run(subject, Held("late"),
                                {&clock_, clock_.MonotonicNow() + minutes(2), leave.token()}, kLimit);
    leaver.join();
    ASSERT_FALSE(left);
    EXPECT_EQ(left.error().code, ErrorCode::kCanceled);
  }
  // Ends the hanging call and returns when the line is free.
  void Release() {
    gate_->Open();
    ASSERT_TRUE(line_.Run("another", Answer("x"), Context(), kLimit));
  }

  // The fake clock decides when the limit has passed. A waiter reads the clock at this interval.
  static constexpr milliseconds kLimit{5};
  testing::FakeClock clock_;
  CancellationSource cancel_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::atomic<int> calls_{0};
  NativeLine line_;
};

TEST_F(NativeLineTest, ReturnsWhatTheCallReturns) {
  EXPECT_EQ(line_.Run("a", Answer("t"), Context(), kLimit).value().Reveal(), "t");
  const auto failed = line_.Run(
      "a", []() -> Result<SecretString> { return Error(ErrorCode::kAttestationFailed, "words"); }, Context(),
      kLimit);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "words");
}

TEST_F(NativeLineTest, WhatThrowsIsAnError) {
  const auto thrown = line_.Run(
      "a", []() -> Result<SecretString> { throw 1; }, Context(), kLimit);
  ASSERT_FALSE(thrown);
  EXPECT_NE(thrown.error().message.find("Status: Exception"), std::string::npos);
  EXPECT_TRUE(line_.Run("a", Answer("t"), Context(), kLimit));
}

TEST_F(NativeLineTest, G39_AHungCallFailsItsCallerThenOthersAtOnceAndThenTheLineRecovers) {
  Executor callers(1);
  std::optional<Result<SecretString>> first;
  Signal done;
  ASSERT_TRUE(callers.Post([&] {
    auto result = line_.Run("a", Held("late"), Context(), kLimit);
    std::lock_guard lock(done.mutex);
    first = std::move(result);
    done.changed.notify_all();
  }));
  gate_->AwaitEntered(1);
  clock_.Advance(kLimit);
  {
    std::unique_lock lock(done.mutex);
    done.changed.wait(lock, [&] { return first.has_value(); });
  }
  ASSERT_FALSE(*first);
  EXPECT_NE(first->error().message.find("Status: Hung"), std::string::npos) << first->error().message;
  EXPECT_EQ(first->error().code, ErrorCode::kAttestationFailed);
  for (const char* subject : {"a", "b"}) {
    const auto busy = line_.Run(subject, Answer("t"), Context(), kLimit);
    ASSERT_FALSE(busy);
    EXPECT_NE(busy.error().message.find("Status: Busy"), std::string::npos);
    EXPECT_TRUE(busy.error().retryable);
  }
  EXPECT_EQ(calls_, 0);
  gate_->Open();
  const auto recovered = [&] { return line_.Run("b", Answer("t"), Context(), kLimit).has_value(); };
  while (!recovered()) std::this_thread::yield();  // until the call has returned
  EXPECT_EQ(calls_, 1);
}

TEST_F(NativeLineTest, ALateTokenGoesToTheNextCallerOfItsSubjectOnce) {
  LeaveHanging("a");
  Release();
  EXPECT_EQ(line_.Run("b", Answer("own"), Context(), kLimit).value().Reveal(), "own");
  EXPECT_EQ(line_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "late");
  EXPECT_EQ(line_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "own");
}

TEST_F(NativeLineTest, ALateTokenIsForgottenInTime) {
  LeaveHanging("a");
  Release();
  clock_.Advance(minutes(5));
  EXPECT_EQ(line_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "own");
}

TEST_F(NativeLineTest, ACallThatWasLeftIsJoinedByTheNextCallerOfItsSubject) {
  LeaveHanging("a");
  std::promise<Result<SecretString>> joined;
  Executor callers(1);  // joined before the objects that its task uses are destroyed
  ASSERT_TRUE(callers.Post([&] { joined.set_value(line_.Run("a", Answer("own"), Context(), kLimit)); }));
  gate_->Open();
  EXPECT_EQ(joined.get_future().get().value().Reveal(), "late");
  EXPECT_EQ(calls_, 0);
}

TEST_F(NativeLineTest, OthersWaitForTheLineWithinTheirOwnDeadline) {
  LeaveHanging("a");
  const auto late = line_.Run("b", Answer("t"), Context(milliseconds(0)), kLimit);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(calls_, 0);
}

TEST_F(NativeLineTest, CallsNeverOverlap) {
  std::atomic<int> inside{0}, most{0};
  Executor callers(4);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(callers.Post([&, i] {
      const auto result = line_.Run(
          std::to_string(i),
          [&]() -> Result<SecretString> {
            most = std::max(most.load(), ++inside);
            std::this_thread::yield();
            --inside;
            ++calls_;
            return SecretString("t");
          },
          Context(), kLimit);
      EXPECT_TRUE(result);
    }));
  }
  callers.Stop();
  EXPECT_EQ(calls_, 20);
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace msiv2::attestation
