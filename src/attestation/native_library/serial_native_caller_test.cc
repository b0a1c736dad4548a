#include "attestation/native_library/serial_native_caller.h"

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

class SerialNativeCallerTest : public ::testing::Test {
 protected:
  ~SerialNativeCallerTest() override { gate_->Open(); }

  CallContext Context(milliseconds timeout = minutes(2)) {
    return {&clock_, clock_.MonotonicNow() + timeout, cancel_.token()};
  }
  SerialNativeCaller::Work Answer(const std::string& token) {
    return [this, token]() -> Result<SecretString> {
      ++calls_;
      return SecretString(token);
    };
  }
  SerialNativeCaller::Work Held(const std::string& token) {
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
    const auto left = caller_.Run(subject, Held("late"),
                                  {&clock_, clock_.MonotonicNow() + minutes(2), leave.token()}, kLimit);
    leaver.join();
    ASSERT_FALSE(left);
    EXPECT_EQ(left.error().code, ErrorCode::kCanceled);
  }
  // Ends the hanging call and returns when no call runs.
  void Release() {
    gate_->Open();
    ASSERT_TRUE(caller_.Run("another", Answer("x"), Context(), kLimit));
  }

  // The fake clock decides when the limit has passed. A waiter reads the clock at this interval.
  static constexpr milliseconds kLimit{5};
  testing::FakeClock clock_;
  CancellationSource cancel_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::atomic<int> calls_{0};
  SerialNativeCaller caller_;
};

TEST_F(SerialNativeCallerTest, ReturnsWhatTheCallReturns) {
  EXPECT_EQ(caller_.Run("a", Answer("t"), Context(), kLimit).value().Reveal(), "t");
  const auto failed = caller_.Run(
      "a", []() -> Result<SecretString> { return Error(ErrorCode::kAttestationFailed, "words"); }, Context(),
      kLimit);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "words");
}

TEST_F(SerialNativeCallerTest, WhatThrowsIsAnError) {
  const auto thrown = caller_.Run(
      "a", []() -> Result<SecretString> { throw 1; }, Context(), kLimit);
  ASSERT_FALSE(thrown);
  EXPECT_NE(thrown.error().message.find("Status: Exception"), std::string::npos);
  EXPECT_TRUE(caller_.Run("a", Answer("t"), Context(), kLimit));
}

// G-39.
TEST_F(SerialNativeCallerTest, AHungCallFailsItsCallerThenOthersAtOnceAndThenRecovers) {
  Executor callers(1);
  std::optional<Result<SecretString>> first;
  Signal done;
  ASSERT_TRUE(callers.Post([&] {
    auto result = caller_.Run("a", Held("late"), Context(), kLimit);
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
    const auto busy = caller_.Run(subject, Answer("t"), Context(), kLimit);
    ASSERT_FALSE(busy);
    EXPECT_NE(busy.error().message.find("Status: Busy"), std::string::npos);
    EXPECT_TRUE(busy.error().retryable);
  }
  EXPECT_EQ(calls_, 0);
  gate_->Open();
  const auto recovered = [&] { return caller_.Run("b", Answer("t"), Context(), kLimit).has_value(); };
  while (!recovered()) std::this_thread::yield();  // until the call has returned
  EXPECT_EQ(calls_, 1);
}

TEST_F(SerialNativeCallerTest, ALateTokenGoesToTheNextCallerOfItsSubjectOnce) {
  LeaveHanging("a");
  Release();
  EXPECT_EQ(caller_.Run("b", Answer("own"), Context(), kLimit).value().Reveal(), "own");
  EXPECT_EQ(caller_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "late");
  EXPECT_EQ(caller_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "own");
}

TEST_F(SerialNativeCallerTest, ALateTokenIsForgottenInTime) {
  LeaveHanging("a");
  Release();
  clock_.Advance(minutes(5));
  EXPECT_EQ(caller_.Run("a", Answer("own"), Context(), kLimit).value().Reveal(), "own");
}

TEST_F(SerialNativeCallerTest, ACallThatWasLeftIsJoinedByTheNextCallerOfItsSubject) {
  LeaveHanging("a");
  std::promise<Result<SecretString>> joined;
  Executor callers(1);  // joined before the objects that its task uses are destroyed
  ASSERT_TRUE(callers.Post([&] { joined.set_value(caller_.Run("a", Answer("own"), Context(), kLimit)); }));
  gate_->Open();
  EXPECT_EQ(joined.get_future().get().value().Reveal(), "late");
  EXPECT_EQ(calls_, 0);
}

TEST_F(SerialNativeCallerTest, OthersWaitForTheirTurnWithinTheirOwnDeadline) {
  LeaveHanging("a");
  const auto late = caller_.Run("b", Answer("t"), Context(milliseconds(0)), kLimit);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(calls_, 0);
}

TEST_F(SerialNativeCallerTest, CallsNeverOverlap) {
  std::atomic<int> inside{0}, most{0};
  Executor callers(4);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(callers.Post([&, i] {
      const auto result = caller_.Run(
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
