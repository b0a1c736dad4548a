#include "rotation/rotator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/idle_on.h"
#include "tests/support/idling_clock.h"
#include "tests/support/thread_count.h"

namespace msiv2::rotation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

using testing::IdleOn;

// A job that counts its runs; the test says how each ends.
class RotatorTest : public ::testing::Test {
 protected:
  void Schedule(const std::string& key, std::chrono::nanoseconds in, RenewalOutcome outcome) {
    rotator_.Schedule(key, Step::kToken, DueIn(in), [this, outcome](const CancellationToken&) {
      std::lock_guard lock(mutex_);
      ++runs_;
      changed_.notify_all();
      return outcome;
    });
  }
  std::chrono::system_clock::time_point DueIn(std::chrono::nanoseconds length) const {
    return clock_.Now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(length);
  }
  // Moves the time on; returns when everything that it brought about has begun.
  void Pass(std::chrono::nanoseconds length) {
    clock_.Advance(length);
    clock_.AwaitIdlers(1);
  }
  void AwaitRuns(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return runs_ >= count; });
  }
  // A failed job is settled when the rotator sleeps until the end of its back-off and no longer.
  void AwaitSettled(const std::string& key) {
    while (rotator_.StartIfDue(key)) std::this_thread::yield();
    clock_.AwaitIdlers(1);
  }
  int Runs() {
    std::lock_guard lock(mutex_);
    return runs_;
  }

  testing::IdlingClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int runs_ = 0;
  Rotator rotator_{clock_, {}, IdleOn(&clock_)};
};

TEST_F(RotatorTest, RunsAJobWhenItFallsDueAndNotBefore) {
  Schedule("k", hours(30), RenewalOutcome::kDone);
  Pass(hours(30) - seconds(1));
  EXPECT_EQ(Runs(), 0);
  Pass(seconds(1));
  AwaitRuns(1);
}

TEST_F(RotatorTest, ADoneJobIsNotRunAgain) {
  Schedule("k", minutes(1), RenewalOutcome::kDone);
  Pass(minutes(1));
  AwaitRuns(1);
  AwaitSettled("k");
  Pass(hours(100));
  EXPECT_FALSE(rotator_.StartIfDue("k"));
  EXPECT_EQ(Runs(), 1);
}

TEST_F(RotatorTest, ALaterRenewalReplacesTheEarlierOneOfItsKey) {
  Schedule("k", minutes(1), RenewalOutcome::kDone);
  Schedule("k", minutes(10), RenewalOutcome::kDone);
  Pass(minutes(9));
  EXPECT_EQ(Runs(), 0);
  Pass(minutes(1));
  AwaitRuns(1);
}

TEST_F(RotatorTest, ARenewalThatIsDueSoonerIsNotMissed) {
  Schedule("late", minutes(50), RenewalOutcome::kDone);
  Schedule("soon", minutes(5), RenewalOutcome::kDone);
  Pass(minutes(5));
  AwaitRuns(1);
}

TEST_F(RotatorTest, AFailedJobIsTriedAgainAfterABackoffThatGrows) {
  Schedule("k", seconds(0), RenewalOutcome::kFailed);
  AwaitRuns(1);
  int runs = 1;
  for (const int backoff : {30, 60, 120, 240, 480, 600, 600}) {
    AwaitSettled("k");
    Pass(seconds(backoff - 1));
    EXPECT_FALSE(rotator_.StartIfDue("k")) << "it backs off whatever the use";
    EXPECT_EQ(Runs(), runs) << backoff;
    Pass(seconds(1));
    AwaitRuns(++runs);
  }
}

TEST_F(RotatorTest, AJobThatCameTooEarlyWaitsAnHour) {
  Schedule("k", seconds(0), RenewalOutcome::kTooEarly);
  AwaitRuns(1);
  AwaitSettled("k");
  Pass(seconds(3599));
  EXPECT_EQ(Runs(), 1);
  Pass(seconds(1));
  AwaitRuns(2);
}

TEST_F(RotatorTest, AnUnusedJobWaitsAnHourUnlessItIsUsed) {
  Schedule("k", seconds(0), RenewalOutcome::kUnused);
  AwaitRuns(1);
  Pass(seconds(3599));
  EXPECT_EQ(Runs(), 1);
  while (Runs() < 2) rotator_.StartIfDue("k");
}

TEST_F(RotatorTest, AUseStartsNothingThatIsNotDue) {
  Schedule("k", minutes(5), RenewalOutcome::kDone);
  EXPECT_FALSE(rotator_.StartIfDue("k"));
  EXPECT_FALSE(rotator_.StartIfDue("no such key"));
  EXPECT_EQ(Runs(), 0);
}

// A refresh waits for the rotation that brings the token as well, and goes its own way where that fails.
TEST_F(RotatorTest, AJobWaitsForTheOneThatGoesFirst) {
  for (const RenewalOutcome outcome : {RenewalOutcome::kDone, RenewalOutcome::kFailed}) {
    std::vector<std::string> order;
    CancellationSource go;
    const auto job = [&](const char* name, RenewalOutcome ends) {
      return [&, name, ends](const CancellationToken&) {
        if (ends == outcome) {
          while (!go.token().IsCanceled()) std::this_thread::yield();
        }
        std::lock_guard lock(mutex_);
        order.emplace_back(name);
        ++runs_;
        changed_.notify_all();
        return ends;
      };
    };
    runs_ = 0;
    rotator_.Schedule("a refresh", Step::kToken, DueIn(minutes(1)), job("second", RenewalOutcome::kTooEarly),
                      "a rotation");
    rotator_.Schedule("a rotation", Step::kCertificate, DueIn(minutes(1)), job("first", outcome));
    Pass(minutes(1));
    EXPECT_FALSE(rotator_.StartIfDue("a refresh"));
    EXPECT_EQ(Runs(), 0);
    go.Cancel();
    AwaitRuns(2);
    AwaitSettled("a refresh");
    EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
  }
}

TEST_F(RotatorTest, AJobDoesNotWaitForOneThatBacksOffOrIsNotDue) {
  const auto schedule_second = [&](std::chrono::nanoseconds in) {
    rotator_.Schedule(
        "second", Step::kToken, DueIn(in),
        [this](const CancellationToken&) {
          std::lock_guard lock(mutex_);
          ++runs_;
          changed_.notify_all();
          return RenewalOutcome::kTooEarly;
        },
        "first");
  };
  Schedule("first", minutes(5), RenewalOutcome::kFailed);
  schedule_second(minutes(1));
  Pass(minutes(1));
  AwaitRuns(1);  // the first is not due
  Pass(minutes(4));
  AwaitRuns(2);
  AwaitSettled("first");
  schedule_second(seconds(10));
  Pass(seconds(10));
  AwaitRuns(3);  // the first backs off
}

TEST_F(RotatorTest, AJobMayScheduleItsOwnSuccessor) {
  rotator_.Schedule("k", Step::kToken, DueIn(seconds(0)), [this](const CancellationToken&) {
    Schedule("k", minutes(10), RenewalOutcome::kDone);
    return RenewalOutcome::kFailed;  // of a renewal that was replaced: its successor must not back off
  });
  while (Runs() == 0) {
    clock_.Advance(minutes(10));
    std::this_thread::yield();
  }
}

TEST_F(RotatorTest, AnExceptionIsAFailure) {
  std::atomic<int> thrown{0};
  rotator_.Schedule("k", Step::kToken, DueIn(seconds(0)), [&](const CancellationToken&) -> RenewalOutcome {
    ++thrown;
    throw std::runtime_error("a port");
  });
  while (thrown == 0) std::this_thread::yield();
  AwaitSettled("k");
  Pass(seconds(30));
  while (thrown == 1) std::this_thread::yield();
}

TEST_F(RotatorTest, AWallClockThatIsSetForwardIsSeenWithinAnHour) {
  Schedule("k", hours(50), RenewalOutcome::kDone);
  clock_.AwaitIdlers(1);
  clock_.SetNow(clock_.Now() + hours(49));
  Pass(hours(1));
  AwaitRuns(1);
}

// The thread waits in real time, and misses that the time of a test's clock passes.
TEST(Rotator, AClockThatMovedOnIsSeenWhenARenewalIsScheduled) {
  testing::FakeClock clock;
  std::atomic<int> runs{0};
  std::atomic<int> idles{0};
  Rotator rotator(clock, {}, [&](auto, const CancellationToken& wake) {
    ++idles;
    while (!wake.IsCanceled()) std::this_thread::yield();
  });
  const auto job = [&](const CancellationToken&) {
    ++runs;
    return RenewalOutcome::kDone;
  };
  rotator.Schedule("due", Step::kToken, clock.Now() + hours(2), job);
  while (idles == 0) std::this_thread::yield();
  clock.Advance(hours(3));
  rotator.Schedule("later", Step::kToken, clock.Now() + hours(30), job);
  while (runs == 0) std::this_thread::yield();
}

TEST(Rotator, AJobThatHangsHoldsUpNoOther) {
  testing::IdlingClock clock;
  std::atomic<bool> others_ran{false};
  Rotator rotator(clock, {}, IdleOn(&clock));
  rotator.Schedule("hangs", Step::kToken, clock.Now(), [&](const CancellationToken& closing) {
    while (!others_ran && !closing.IsCanceled()) std::this_thread::yield();
    return RenewalOutcome::kDone;
  });
  rotator.Schedule("runs", Step::kToken, clock.Now(), [&](const CancellationToken&) {
    others_ran = true;
    return RenewalOutcome::kDone;
  });
  while (!others_ran) std::this_thread::yield();
}

TEST(Rotator, DestructionCancelsTheJobUnderWay) {
  testing::IdlingClock clock;
  std::atomic<bool> canceled{false};
  std::atomic<bool> started{false};
  {
    Rotator rotator(clock, {}, IdleOn(&clock));
    rotator.Schedule("k", Step::kToken, clock.Now(), [&](const CancellationToken& closing) {
      started = true;
      while (!closing.IsCanceled()) std::this_thread::yield();
      canceled = true;
      return RenewalOutcome::kFailed;
    });
    while (!started) std::this_thread::yield();
  }
  EXPECT_TRUE(canceled);
}

TEST(Rotator, AStoppedRotatorStartsNothing) {
  testing::IdlingClock clock;
  std::atomic<int> runs{0};
  Rotator rotator(clock, {}, IdleOn(&clock));
  const auto job = [&](const CancellationToken&) {
    ++runs;
    return RenewalOutcome::kFailed;
  };
  rotator.Schedule("before", Step::kToken, clock.Now() + hours(1), job);
  rotator.Stop();
  rotator.Schedule("after", Step::kToken, clock.Now(), job);
  clock.Advance(hours(2));
  EXPECT_FALSE(rotator.StartIfDue("before"));
  EXPECT_FALSE(rotator.StartIfDue("after"));
  rotator.Stop();
  EXPECT_EQ(runs, 0);
}

TEST(Rotator, TheListenerHearsOfEachJobTwice) {
  testing::IdlingClock clock;
  std::mutex mutex;
  std::vector<std::pair<Step, std::optional<RenewalOutcome>>> heard;
  const auto listener = [&](Step step, std::optional<RenewalOutcome> outcome) {
    std::lock_guard lock(mutex);
    heard.emplace_back(step, outcome);
  };
  const auto count = [&] {
    std::lock_guard lock(mutex);
    return heard.size();
  };
  Rotator rotator(clock, listener, IdleOn(&clock));
  rotator.Schedule("k", Step::kCertificate, clock.Now(),
                   [](const CancellationToken&) { return RenewalOutcome::kFailed; });
  while (count() < 2) std::this_thread::yield();
  EXPECT_EQ(heard[0], std::pair(Step::kCertificate, std::optional<RenewalOutcome>()));
  EXPECT_EQ(heard[1], std::pair(Step::kCertificate, std::optional(RenewalOutcome::kFailed)));
}

// B8.
TEST(Rotator, AnUnusedJobRunsAgainAfterAnHour) {
  testing::IdlingClock clock;
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  const auto listener = [&](Step, std::optional<RenewalOutcome> outcome) { ++(outcome ? ended : begun); };
  Rotator rotator(clock, listener, IdleOn(&clock));
  rotator.Schedule("k", Step::kToken, clock.Now(),
                   [](const CancellationToken&) { return RenewalOutcome::kUnused; });
  while (ended == 0) std::this_thread::yield();
  clock.AwaitIdlers(1);
  clock.Advance(seconds(3599));
  clock.AwaitIdlers(1);
  EXPECT_EQ(begun, 1);
  clock.Advance(seconds(1));
  clock.AwaitIdlers(1);
  EXPECT_EQ(begun, 2);
}

// The clock of a user's test must not run away because a renewal waits.
TEST(Rotator, ARotatorWithoutAnIdleWaitsInRealTimeAndMovesNoClock) {
  testing::FakeClock clock;
  std::atomic<int> runs{0};
  Rotator rotator(clock);
  const auto job = [&](const CancellationToken&) {
    ++runs;
    return RenewalOutcome::kDone;
  };
  const auto before = clock.Now();
  rotator.Schedule("later", Step::kToken, before + hours(1), job);
  rotator.Schedule("now", Step::kToken, before, job);
  while (runs == 0) std::this_thread::yield();
  EXPECT_EQ(clock.Now(), before);
  EXPECT_TRUE(clock.Sleeps().empty());
  clock.Advance(hours(1));
  rotator.StartIfDue("later");
  while (runs == 1) std::this_thread::yield();
}

// Counts how often the rotator looks what is due. It idles until the clock says so, or until it is woken.
class LooksTest : public ::testing::Test {
 protected:
  void Schedule(const std::string& key, std::chrono::nanoseconds in) {
    const auto due = clock_.Now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(in);
    rotator_.Schedule(key, Step::kToken, due, [](const CancellationToken&) { return RenewalOutcome::kDone; });
    clock_.AwaitIdlers(1);
  }

  testing::IdlingClock clock_;
  std::atomic<int> looks_{0};
  Rotator rotator_{clock_, {}, [this](auto until, const CancellationToken& wake) {
                     ++looks_;
                     clock_.IdleUntil(until, wake);
                   }};
};

// To wake the thread costs a caller more than the rest of its call.
TEST_F(LooksTest, ARenewalThatIsDueLaterWakesNoThread) {
  Schedule("k", minutes(10));
  ASSERT_EQ(looks_, 1);
  for (int i = 0; i < 100; ++i) Schedule("k", minutes(10 + i));
  Schedule("other", hours(30));
  EXPECT_EQ(looks_, 1);
  Schedule("sooner", minutes(9));
  EXPECT_EQ(looks_, 2);
}

TEST_F(LooksTest, AWallClockThatWasSetIsSeenWhenARenewalIsScheduled) {
  Schedule("k", hours(50));
  ASSERT_EQ(looks_, 1);
  clock_.SetNow(clock_.Now() + hours(49));
  Schedule("other", hours(30));
  EXPECT_EQ(looks_, 2);
  clock_.SetNow(clock_.Now() - hours(1));
  Schedule("other", hours(30));
  EXPECT_EQ(looks_, 3);
}

// B8.
TEST(Rotator, AnUnusedRotatorStartsNoThread) {
  const auto before = testing::ThreadCount();
  if (!before) GTEST_SKIP() << "this system does not show its threads";
  testing::IdlingClock clock;
  Rotator rotator(clock, {}, IdleOn(&clock));
  EXPECT_LE(*testing::ThreadCount(), *before);
  rotator.Schedule("k", Step::kToken, clock.Now() + hours(1),
                   [](const CancellationToken&) { return RenewalOutcome::kDone; });
  EXPECT_GT(*testing::ThreadCount(), *before) << "now it is used";
}

}  // namespace
}  // namespace msiv2::rotation
