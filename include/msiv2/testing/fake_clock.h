// FakeClock: a clock that tests move by hand. Part of the public API, for users' own tests.
#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "msiv2/clock.h"

namespace msiv2::testing {

/// FakeClock is a Clock whose time moves only when a test says so.
///
/// The monotonic time starts at the real steady clock's value, so that code which also waits in real time
/// agrees with it. A sleep costs no real time: it advances both clocks and is recorded. After the time was
/// advanced, a call that is answered from the cache starts the renewals of its token that are due. Threads:
/// all members may be called at the same time. Not final: a test may override SleepUntil to cancel in the
/// middle of a sleep.
class FakeClock : public Clock {
 public:
  /// FakeClock starts at the wall time `now`; by default 2026-01-01 00:00:00 UTC.
  explicit FakeClock(std::chrono::system_clock::time_point now =
                         std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 1))
      : now_(now), monotonic_(std::chrono::steady_clock::now()) {}

  std::chrono::system_clock::time_point Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }

  std::chrono::steady_clock::time_point MonotonicNow() const override {
    std::lock_guard lock(mutex_);
    return monotonic_;
  }

  /// SleepUntil records the sleep, advances the time to `until` and returns true. If `cancellation` has
  /// fired, it returns false, records nothing and leaves the time as it is.
  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    if (cancellation.IsCanceled()) return false;
    std::lock_guard lock(mutex_);
    const auto length = until > monotonic_ ? until - monotonic_ : std::chrono::nanoseconds(0);
    sleeps_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(length));
    Move(length);
    return true;
  }

  /// SetNow sets the wall clock, forward or back; the monotonic clock does not change.
  void SetNow(std::chrono::system_clock::time_point now) {
    std::lock_guard lock(mutex_);
    now_ = now;
  }

  /// Advance moves both clocks forward. `length` must not be negative.
  void Advance(std::chrono::nanoseconds length) {
    std::lock_guard lock(mutex_);
    Move(length);
  }

  /// Sleeps returns the length of each sleep so far, oldest first.
  std::vector<std::chrono::milliseconds> Sleeps() const {
    std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  void Move(std::chrono::nanoseconds length) {
    now_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(length);
    monotonic_ += std::chrono::duration_cast<std::chrono::steady_clock::duration>(length);
  }

  mutable std::mutex mutex_;
  std::chrono::system_clock::time_point now_;
  std::chrono::steady_clock::time_point monotonic_;
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace msiv2::testing
