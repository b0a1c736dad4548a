#include "base/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "msiv2/testing/fake_clock.h"

namespace msiv2 {
namespace {

// Tells a test that waiters have begun to wait: each reads the clock, under the flight's lock, before it
// blocks.
class WatchedClock : public testing::FakeClock {
 public:
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    {
      std::lock_guard lock(mutex_);
      ++looks_;
    }
    changed_.notify_all();
    return FakeClock::MonotonicNow();
  }

  void AwaitLooks(int count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return looks_ >= count; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable int looks_ = 0;
};

class SingleFlightTest : public ::testing::Test {
 protected:
  SingleFlightTest() {
    context_.clock = &clock_;
    waiting_.clock = &waiter_clock_;
  }

  static Result<int> Never() {
    ADD_FAILURE() << "a waiter must not work";
    return 0;
  }

  Result<int> Run(const std::string& key, const CallContext& context, std::function<Result<int>()> work) {
    return flight_.Run(key, context, Step::kMetadata, "the answer", work);
  }

  // Starts a leader for `key` that holds the flight until it is released with an answer.
  std::thread Lead(const std::string& key) {
    std::thread leader([this, key] {
      leader_answer_ = Run(key, context_, [this]() -> Result<int> {
        std::unique_lock lock(mutex_);
        leading_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return release_.has_value(); });
        return *release_;
      });
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return leading_; });
    return leader;
  }

  void Release(Result<int> answer) {
    std::lock_guard lock(mutex_);
    release_ = std::move(answer);
    changed_.notify_all();
  }

  testing::FakeClock clock_;
  CallContext context_;
  WatchedClock waiter_clock_;
  CallContext waiting_;
  SingleFlight<int> flight_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool leading_ = false;
  std::optional<Result<int>> release_;
  Result<int> leader_answer_ = 0;
};

TEST_F(SingleFlightTest, DoesTheWorkOfOneCallerAtOnce) {
  EXPECT_EQ(*Run("k", context_, [] { return Result<int>(1); }), 1);
  EXPECT_EQ(*Run("k", context_, [] { return Result<int>(2); }), 2) << "nothing is cached";
}

TEST_F(SingleFlightTest, GivesTheWaitersTheLeadersAnswer) {
  std::thread leader = Lead("k");
  std::atomic<int> sum{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 8; ++i) {
    waiters.emplace_back([&] { sum += *Run("k", waiting_, Never); });
  }
  waiter_clock_.AwaitLooks(8);
  Release(7);
  for (auto& waiter : waiters) waiter.join();
  leader.join();
  EXPECT_EQ(*leader_answer_, 7);
  EXPECT_EQ(sum, 56);
}

// G-29.
TEST_F(SingleFlightTest, LetsAnotherKeyPass) {
  std::thread leader = Lead("slow");
  EXPECT_EQ(*Run("fast", context_, [] { return Result<int>(3); }), 3);
  Release(1);
  leader.join();
}

TEST_F(SingleFlightTest, LeavesEachWaiterItsOwnDeadlineAndCancellation) {
  std::thread leader = Lead("k");
  CallContext late = context_;
  late.deadline = clock_.MonotonicNow();
  const auto timeout = Run("k", late, Never);
  ASSERT_FALSE(timeout);
  EXPECT_EQ(timeout.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(timeout.error().step, Step::kMetadata);
  EXPECT_EQ(timeout.error().message, "the deadline passed while waiting for the answer");
  CancellationSource source;
  source.Cancel();
  CallContext canceled = context_;
  canceled.cancellation = source.token();
  EXPECT_EQ(Run("k", canceled, Never).error().code, ErrorCode::kCanceled);
  Release(1);
  leader.join();
}

TEST_F(SingleFlightTest, SharesTheLeadersFailure) {
  std::thread leader = Lead("k");
  Result<int> answer = 0;
  std::thread waiter([&] { answer = Run("k", waiting_, Never); });
  waiter_clock_.AwaitLooks(1);
  Release(Error(ErrorCode::kImdsUnreachable, "x"));
  waiter.join();
  leader.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kImdsUnreachable);
}

class SingleFlightGivenUpTest : public SingleFlightTest, public ::testing::WithParamInterface<ErrorCode> {};

TEST_P(SingleFlightGivenUpTest, IsTakenOverByAWaiter) {
  std::thread leader = Lead("k");
  Result<int> answer = 0;
  std::thread waiter([&] { answer = Run("k", waiting_, [] { return Result<int>(9); }); });
  waiter_clock_.AwaitLooks(1);
  Release(Error(GetParam(), "x"));
  waiter.join();
  leader.join();
  EXPECT_EQ(leader_answer_.error().code, GetParam());
  ASSERT_TRUE(answer) << "the leader's own deadline or cancellation must not reach a waiter";
  EXPECT_EQ(*answer, 9);
}

INSTANTIATE_TEST_SUITE_P(GivenUp, SingleFlightGivenUpTest,
                         ::testing::Values(ErrorCode::kCanceled, ErrorCode::kTimeout));

}  // namespace
}  // namespace msiv2
