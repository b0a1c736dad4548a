// A clock for tests that mix real waiting with long back-offs.
#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "msiv2/clock.h"
#include "tests/support/idlers.h"

namespace msiv2::testing {

/// JumpingClock runs with the machine's clocks, so that time limits of real I/O pass. A sleep takes no time:
/// it moves both times forward and is recorded. Idling in the background does take time. Threads: all members
/// may be called at the same time.
class JumpingClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    std::lock_guard lock(mutex_);
    return std::chrono::system_clock::now() +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(ahead_ + set_);
  }

  std::chrono::steady_clock::time_point MonotonicNow() const override {
    std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::now() + ahead_;
  }

  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    if (cancellation.IsCanceled()) return false;
    {
      std::lock_guard lock(mutex_);
      const std::chrono::nanoseconds length = until - (std::chrono::steady_clock::now() + ahead_);
      if (length > std::chrono::nanoseconds(0)) ahead_ += length;
      sleeps_.push_back(std::chrono::round<std::chrono::milliseconds>(length));
    }
    idlers_.Notify();
    return true;
  }

  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& cancellation) {
    idlers_.IdleUntil(until, cancellation);
  }
  void AwaitIdlers(std::size_t count) { idlers_.AwaitIdlers(count); }

  /// Advance moves both times forward.
  void Advance(std::chrono::nanoseconds length) {
    {
      std::lock_guard lock(mutex_);
      ahead_ += length;
    }
    idlers_.Notify();
  }

  /// Ahead returns how far the clock runs ahead of the machine's, by Advance and by sleeps.
  std::chrono::nanoseconds Ahead() const {
    std::lock_guard lock(mutex_);
    return ahead_;
  }

  /// SetWall moves only the wall clock, forward or back, as an operator or a time service does.
  void SetWall(std::chrono::nanoseconds by) {
    std::lock_guard lock(mutex_);
    set_ += by;
  }

  /// Sleeps returns the sleeps so far, oldest first, to the nearest millisecond.
  std::vector<std::chrono::milliseconds> Sleeps() const {
    std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::nanoseconds ahead_{0};
  std::chrono::nanoseconds set_{0};  // of the wall clock only
  std::vector<std::chrono::milliseconds> sleeps_;
  Idlers idlers_{*this};
};

}  // namespace msiv2::testing
