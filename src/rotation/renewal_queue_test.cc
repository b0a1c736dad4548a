#include "rotation/renewal_queue.h"

#include <gtest/gtest.h>

#include <utility>

#include "rotation/schedule.h"

namespace msiv2::rotation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Now kBegin{std::chrono::system_clock::time_point(hours(490000)),
                 std::chrono::steady_clock::time_point(hours(1))};

Now After(seconds length) { return {kBegin.wall + length, kBegin.monotonic + length}; }

class RenewalQueueTest : public ::testing::Test {
 protected:
  std::chrono::steady_clock::time_point Schedule(const std::string& key, seconds in,
                                                 const std::string& blocked_by = {}, Now now = kBegin) {
    return queue_.Schedule(
        key, Step::kToken, kBegin.wall + in, [](const CancellationToken&) { return RenewalOutcome::kDone; },
        blocked_by, now);
  }
  // The keys that are due, which are claimed.
  std::string Due(Now now) {
    std::string keys;
    for (auto& claim : queue_.ClaimDue(now)) {
      keys += claim.key + " ";
      claims_.push_back(std::move(claim));
    }
    return keys;
  }
  void FinishAll(RenewalOutcome outcome, Now now) {
    for (const auto& claim : std::exchange(claims_, {})) queue_.Finish(claim, outcome, now);
  }

  RenewalQueue queue_;
  std::vector<RenewalQueue::Claim> claims_;
};

TEST_F(RenewalQueueTest, ARenewalIsClaimedOnceWhenItIsDue) {
  Schedule("k", minutes(5));
  EXPECT_EQ(Due(After(seconds(299))), "");
  EXPECT_EQ(queue_.NextDue(After(seconds(299))), kBegin.monotonic + minutes(5));
  EXPECT_EQ(Due(After(minutes(5))), "k ");
  EXPECT_EQ(claims_[0].step, Step::kToken);
  EXPECT_EQ(Due(After(minutes(6))), "") << "it is running";
}

TEST_F(RenewalQueueTest, WhatIsDoneLeavesTheQueue) {
  Schedule("k", seconds(0));
  ASSERT_EQ(Due(kBegin), "k ");
  FinishAll(RenewalOutcome::kDone, kBegin);
  EXPECT_EQ(Due(After(hours(1000))), "");
  EXPECT_FALSE(queue_.NoteUse("k", After(hours(1000))).claim);
}

TEST_F(RenewalQueueTest, AFailureBacksOffLongerEachTime) {
  Schedule("k", seconds(0));
  Now now = kBegin;
  for (int failures = 1; failures <= 8; ++failures) {
    ASSERT_EQ(Due(now), "k ");
    FinishAll(RenewalOutcome::kFailed, now);
    const seconds delay = BackoffAfter(failures);
    EXPECT_EQ(queue_.NextDue(now), now.monotonic + delay);
    EXPECT_FALSE(queue_.NoteUse("k", {now.wall + delay, now.monotonic + delay - seconds(1)}).claim);
    now = {now.wall + delay, now.monotonic + delay};
  }
}

TEST_F(RenewalQueueTest, WhatIsTooEarlyOrUnusedWaitsAnHour) {
  for (const RenewalOutcome outcome : {RenewalOutcome::kTooEarly, RenewalOutcome::kUnused}) {
    Schedule("k", seconds(0));
    ASSERT_EQ(Due(kBegin), "k ");
    FinishAll(outcome, kBegin);
    EXPECT_EQ(Due(After(seconds(3599))), "");
    EXPECT_EQ(Due(After(seconds(3600))), "k ");
  }
}

TEST_F(RenewalQueueTest, AUseEndsTheWaitOfWhatWasUnusedAndOfNothingElse) {
  for (const auto& [outcome, starts] :
       {std::pair(RenewalOutcome::kUnused, true), std::pair(RenewalOutcome::kTooEarly, false),
        std::pair(RenewalOutcome::kFailed, false)}) {
    Schedule("k", seconds(0));
    ASSERT_EQ(Due(kBegin), "k ");
    EXPECT_TRUE(queue_.NoteUse("k", kBegin).is_running);
    FinishAll(outcome, kBegin);
    const auto use = queue_.NoteUse("k", After(seconds(1)));
    EXPECT_EQ(use.claim.has_value(), starts);
    EXPECT_FALSE(use.is_running);
  }
  EXPECT_FALSE(queue_.NoteUse("no such key", kBegin).claim);
}

TEST_F(RenewalQueueTest, AUseStartsNothingThatIsNotDue) {
  Schedule("k", minutes(5));
  EXPECT_FALSE(queue_.NoteUse("k", kBegin).claim);
}

TEST_F(RenewalQueueTest, ARefreshIsBlockedWhileItsRotationIsDueOrRunning) {
  Schedule("refresh", minutes(1), "rotation");
  Schedule("rotation", minutes(2));
  EXPECT_EQ(queue_.NextDue(kBegin), kBegin.monotonic + minutes(1)) << "the rotation is not due yet";
  EXPECT_EQ(Due(After(minutes(2))), "rotation ");
  EXPECT_EQ(Due(After(minutes(2))), "") << "the rotation is running";
  EXPECT_EQ(queue_.NextDue(After(minutes(2))), kBegin.monotonic + minutes(2) + kLongestIdle);
  FinishAll(RenewalOutcome::kFailed, After(minutes(2)));
  EXPECT_EQ(Due(After(minutes(2))), "refresh ") << "the rotation backs off";
}

TEST_F(RenewalQueueTest, AFinishedClaimDoesNotTouchItsSuccessor) {
  Schedule("k", seconds(0));
  ASSERT_EQ(Due(kBegin), "k ");
  Schedule("k", minutes(1));
  FinishAll(RenewalOutcome::kDone, kBegin);
  EXPECT_EQ(Due(After(minutes(1))), "k ");
}

TEST_F(RenewalQueueTest, NothingToDoMeansTheLongestIdle) {
  EXPECT_EQ(queue_.NextDue(kBegin), kBegin.monotonic + kLongestIdle);
  Schedule("k", hours(100));
  EXPECT_EQ(queue_.NextDue(kBegin), kBegin.monotonic + kLongestIdle) << "the wall clock may be set";
}

TEST_F(RenewalQueueTest, ScheduleSaysWhenSomethingMayFallDueBecauseOfIt) {
  EXPECT_EQ(Schedule("k", minutes(5)), kBegin.monotonic + minutes(5));
  EXPECT_EQ(Schedule("k", minutes(50), "", After(minutes(4))), kBegin.monotonic + minutes(50));
  EXPECT_EQ(Schedule("far", hours(24 * 365 * 200)), kBegin.monotonic + kLongestIdle);
}

TEST_F(RenewalQueueTest, ARenewalThatTakesThePlaceOfADueOneMayUnblockOthers) {
  Schedule("first", minutes(5));
  Schedule("second", minutes(5), "first");
  const Now due = After(minutes(6));
  EXPECT_EQ(queue_.NextDue(due), kBegin.monotonic + minutes(5)) << "the first one alone";
  EXPECT_EQ(Schedule("first", hours(2), "", due), due.monotonic);
  EXPECT_EQ(Due(due), "second ");
}

TEST_F(RenewalQueueTest, ARenewalThatTakesThePlaceOfARunningOneMayUnblockOthers) {
  Schedule("first", minutes(5));
  Schedule("second", minutes(5), "first");
  const Now due = After(minutes(6));
  ASSERT_EQ(Due(due), "first ");
  EXPECT_EQ(Schedule("first", hours(2), "", due), due.monotonic);
  EXPECT_EQ(Due(due), "second ");
}

}  // namespace
}  // namespace msiv2::rotation
