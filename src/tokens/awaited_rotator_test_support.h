// For tests: a rotator whose renewals a test waits for.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "rotation/rotator.h"
#include "tests/support/idle_on.h"
#include "tests/support/idling_clock.h"

namespace msiv2::tokens {

/// AwaitedRotator is a rotator that waits for a test's clock. It keeps how each renewal ended.
class AwaitedRotator {
 public:
  /// AwaitedRotator refers to `clock`, which outlives it.
  explicit AwaitedRotator(testing::IdlingClock& clock) : clock_(clock) {}

  rotation::Rotator& operator*() noexcept { return rotator_; }
  void Stop() { rotator_.Stop(); }

  /// RenewalAfter lets `time` pass and returns how the renewal ends that falls due by then. There must be one
  /// renewal only.
  RenewalOutcome RenewalAfter(std::chrono::nanoseconds time) {
    clock_.AwaitIdlers(1);
    clock_.Advance(time);
    return NextRenewal();
  }

  /// AwaitIdle returns when nothing is due by the time so far.
  void AwaitIdle() { clock_.AwaitIdlers(1); }

  /// NextRenewal returns how the renewal ends that has begun, or begins within a minute.
  RenewalOutcome NextRenewal() {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_for(lock, std::chrono::minutes(1), [this] { return !outcomes_.empty(); })) {
      ADD_FAILURE() << "no renewal has fallen due";
      return RenewalOutcome::kFailed;
    }
    const RenewalOutcome outcome = outcomes_.front();
    outcomes_.pop_front();
    return outcome;
  }

 private:
  testing::IdlingClock& clock_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<RenewalOutcome> outcomes_;  // of the renewals that have ended
  rotation::Rotator rotator_{clock_,
                             [this](Step, std::optional<RenewalOutcome> outcome) {
                               if (!outcome) return;
                               std::lock_guard lock(mutex_);
                               outcomes_.push_back(*outcome);
                               ended_.notify_all();
                             },
                             testing::IdleOn(&clock_)};
};

}  // namespace msiv2::tokens
