#include "rotation/rotator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "msiv2/testing/fake_clock.h"

namespace msiv2::rotation {
namespace {

using Outcome = Rotator::Outcome;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A job that counts its runs; the test says how each ends.
class RotatorTest : public ::testing::Test {
 protected:
  void Schedule(const std::string& key, std::chrono::nanoseconds in, Outcome outcome) {
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
  // A failed job is settled when the rotator sleeps until the end of its rest and no longer.
  void AwaitSettled(const std::string& key) {
    while (rotator_.StartIfDue(key)) std::this_thread::yield();
    clock_.AwaitIdlers(1);
  }
  int Runs() {
    std::lock_guard lock(mutex_);
    return runs_;
  }

  testing::FakeClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int runs_ = 0;
  Rotator rotator_{clock_};
};

TEST_F(RotatorTest, RunsAJobWhenItFallsDueAndNotBefore) {
  Schedule("k", hours(30), Outcome::kDone);
  Pass(hours(30) - seconds(1));
  EXPECT_EQ(Runs(), 0);
  Pass(seconds(1));
  AwaitRuns(1);
}

TEST_F(RotatorTest, ADoneJobIsNotRunAgain) {
  Schedule("k", minutes(1), Outcome::kDone);
  Pass(minutes(1));
  AwaitRuns(1);
  AwaitSettled("k");
  Pass(hours(100));
  EXPECT_FALSE(rotator_.StartIfDue("k"));
  EXPECT_EQ(Runs(), 1);
}

TEST_F(RotatorTest, ALaterPlanTakesThePlaceOfTheEarlier) {
  Schedule("k", minutes(1), Outcome::kDone);
  Schedule("k", minutes(10), Outcome::kDone);
  Pass(minutes(9));
  EXPECT_EQ(Runs(), 0);
  Pass(minutes(1));
  AwaitRuns(1);
}

TEST_F(RotatorTest, AnEarlierPlanOfAnotherKeyWakesTheSleep) {
  Schedule("late", minutes(50), Outcome::kDone);
  Schedule("soon", minutes(5), Outcome::kDone);
  Pass(minutes(5));
  AwaitRuns(1);
}

TEST_F(RotatorTest, AFailedJobIsTriedAgainAfterARestThatGrows) {
  Schedule("k", seconds(0), Outcome::kFailed);
  AwaitRuns(1);
  int runs = 1;
  for (const int rest : {30, 60, 120, 240, 480, 600, 600}) {
    AwaitSettled("k");
    Pass(seconds(rest - 1));
    EXPECT_FALSE(rotator_.StartIfDue("k")) << "it backs off whatever the use";
    EXPECT_EQ(Runs(), runs) << rest;
    Pass(seconds(1));
    AwaitRuns(++runs);
  }
}

TEST_F(RotatorTest, WhatCameTooEarlyRestsAnHour) {
  Schedule("k", seconds(0), Outcome::kTooEarly);
  AwaitRuns(1);
  AwaitSettled("k");
  Pass(seconds(3599));
  EXPECT_EQ(Runs(), 1);
  Pass(seconds(1));
  AwaitRuns(2);
}

TEST_F(RotatorTest, WhatNobodyUsesRestsAnHourUnlessItIsPoked) {
  Schedule("k", seconds(0), Outcome::kUnused);
  AwaitRuns(1);
  Pass(seconds(3599));
  EXPECT_EQ(Runs(), 1);
  while (Runs() < 2) rotator_.StartIfDue("k");
}

TEST_F(RotatorTest, WhatNobodyUsesIsLookedAtAgainAfterAnHour) {
  Schedule("k", seconds(0), Outcome::kUnused);
  AwaitRuns(1);
  while (Runs() < 2) Pass(seconds(3600));
}

TEST_F(RotatorTest, APokeBeginsNothingThatIsNotDue) {
  Schedule("k", minutes(5), Outcome::kDone);
  EXPECT_FALSE(rotator_.StartIfDue("k"));
  EXPECT_FALSE(rotator_.StartIfDue("no such plan"));
  EXPECT_EQ(Runs(), 0);
}

// A refresh waits for the rotation that brings the token as well, and goes its own way where that fails.
TEST_F(RotatorTest, AJobWaitsForTheOneThatGoesFirst) {
  for (const Outcome outcome : {Outcome::kDone, Outcome::kFailed}) {
    std::vector<std::string> order;
    CancellationSource go;
    const auto job = [&](const char* name, Outcome ends) {
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
    rotator_.Schedule("a refresh", Step::kToken, DueIn(minutes(1)), job("second", Outcome::kTooEarly),
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

TEST_F(RotatorTest, AJobDoesNotWaitForOneThatRestsOrIsNotDue) {
  Schedule("first", minutes(5), Outcome::kFailed);
  rotator_.Schedule(
      "second", Step::kToken, DueIn(minutes(1)),
      [this](const CancellationToken&) {
        std::lock_guard lock(mutex_);
        ++runs_;
        changed_.notify_all();
        return Outcome::kTooEarly;
      },
      "first");
  Pass(minutes(1));
  AwaitRuns(1);
}

TEST_F(RotatorTest, AJobMayPlanItsOwnSuccessor) {
  rotator_.Schedule("k", Step::kToken, DueIn(seconds(0)), [this](const CancellationToken&) {
    Schedule("k", minutes(10), Outcome::kDone);
    return Outcome::kFailed;  // of the plan that is no more: it must not make the successor rest
  });
  while (Runs() == 0) {
    clock_.Advance(minutes(10));
    std::this_thread::yield();
  }
}

TEST_F(RotatorTest, AnExceptionIsAFailure) {
  std::atomic<int> thrown{0};
  rotator_.Schedule("k", Step::kToken, DueIn(seconds(0)), [&](const CancellationToken&) -> Outcome {
    ++thrown;
    throw std::runtime_error("a port");
  });
  while (thrown == 0) std::this_thread::yield();
  AwaitSettled("k");
  Pass(seconds(30));
  while (thrown == 1) std::this_thread::yield();
}

TEST_F(RotatorTest, AWallClockThatIsSetForwardIsSeenWithinAnHour) {
  Schedule("k", hours(50), Outcome::kDone);
  clock_.AwaitIdlers(1);
  clock_.SetNow(clock_.Now() + hours(49));
  Pass(hours(1));
  AwaitRuns(1);
}

TEST(Rotator, OneThatHangsHoldsUpNoOther) {
  testing::FakeClock clock;
  std::atomic<bool> others_ran{false};
  Rotator rotator(clock);
  rotator.Schedule("hangs", Step::kToken, clock.Now(), [&](const CancellationToken& closing) {
    while (!others_ran && !closing.IsCanceled()) std::this_thread::yield();
    return Outcome::kDone;
  });
  rotator.Schedule("runs", Step::kToken, clock.Now(), [&](const CancellationToken&) {
    others_ran = true;
    return Outcome::kDone;
  });
  while (!others_ran) std::this_thread::yield();
}

TEST(Rotator, DestructionCancelsTheJobUnderWay) {
  testing::FakeClock clock;
  std::atomic<bool> canceled{false};
  std::atomic<bool> started{false};
  {
    Rotator rotator(clock);
    rotator.Schedule("k", Step::kToken, clock.Now(), [&](const CancellationToken& closing) {
      started = true;
      while (!closing.IsCanceled()) std::this_thread::yield();
      canceled = true;
      return Outcome::kFailed;
    });
    while (!started) std::this_thread::yield();
  }
  EXPECT_TRUE(canceled);
}

TEST(Rotator, OnceStoppedItBeginsNothing) {
  testing::FakeClock clock;
  std::atomic<int> runs{0};
  Rotator rotator(clock);
  const auto job = [&](const CancellationToken&) {
    ++runs;
    return Outcome::kFailed;
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
  testing::FakeClock clock;
  std::mutex mutex;
  std::vector<std::pair<Step, std::optional<Outcome>>> heard;
  const auto listener = [&](Step step, std::optional<Outcome> outcome) {
    std::lock_guard lock(mutex);
    heard.emplace_back(step, outcome);
  };
  const auto count = [&] {
    std::lock_guard lock(mutex);
    return heard.size();
  };
  Rotator rotator(clock, listener);
  rotator.Schedule("k", Step::kCertificate, clock.Now(),
                   [](const CancellationToken&) { return Outcome::kFailed; });
  while (count() < 2) std::this_thread::yield();
  EXPECT_EQ(heard[0], std::pair(Step::kCertificate, std::optional<Outcome>()));
  EXPECT_EQ(heard[1], std::pair(Step::kCertificate, std::optional(Outcome::kFailed)));
}

TEST(Rotator, OneThatWasNeverNeededStartsNoThread) {
  testing::FakeClock clock;
  const Rotator rotator(clock);
  clock.AwaitIdlers(0);
}

}  // namespace
}  // namespace msiv2::rotation
