// A clock for tests that mix real waiting with long back-offs.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <vector>

#include "msiv2/clock.h"

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
    std::lock_guard lock(mutex_);
    const std::chrono::nanoseconds length = until - (std::chrono::steady_clock::now() + ahead_);
    if (length > std::chrono::nanoseconds(0)) ahead_ += length;
    moved_.notify_all();
    sleeps_.push_back(std::chrono::round<std::chrono::milliseconds>(length));
    return true;
  }

  /// IdleUntil blocks until the time has reached `until`, or `cancellation` fires (rotation::Idle).
  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& cancellation) {
    const auto registration = cancellation.OnCancel([this] {
      std::lock_guard lock(mutex_);
      moved_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const auto idler = idlers_.insert(idlers_.end(), {until, &cancellation});
    moved_.notify_all();
    while (MonotonicAhead() < until && !cancellation.IsCanceled()) moved_.wait_until(lock, until - ahead_);
    idlers_.erase(idler);
  }

  /// AwaitIdlers returns when `count` threads are in IdleUntil and none of them is due or cancelled. Then all
  /// work that has fallen due so far has begun.
  void AwaitIdlers(std::size_t count) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] {
      return idlers_.size() == count && std::none_of(idlers_.begin(), idlers_.end(), [&](const Idler& idler) {
               return idler.until <= MonotonicAhead() || idler.cancellation->IsCanceled();
             });
    });
  }

  /// Advance moves both times forward.
  void Advance(std::chrono::nanoseconds length) {
    std::lock_guard lock(mutex_);
    ahead_ += length;
    moved_.notify_all();
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
  struct Idler {
    std::chrono::steady_clock::time_point until;
    const CancellationToken* cancellation;
  };
  std::chrono::steady_clock::time_point MonotonicAhead() const {
    return std::chrono::steady_clock::now() + ahead_;
  }

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::list<Idler> idlers_;
  std::chrono::nanoseconds ahead_{0};
  std::chrono::nanoseconds set_{0};  // of the wall clock only
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace msiv2::testing
