// Threads that wait in the background for the time of a test's clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

#include "msiv2/clock.h"

namespace msiv2::testing {

/// Idlers are the threads that wait for a clock (rotation::Idle). It tells a test when they wait. The clock
/// calls Notify, without a lock that its MonotonicNow takes, after each change of its time. Threads: all
/// members may be called at the same time.
class Idlers {
 public:
  /// Idlers wait for `clock`, which outlives them.
  explicit Idlers(const Clock& clock) : clock_(clock) {}

  /// IdleUntil blocks until the time has reached `until`, or `cancellation` fires.
  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& cancellation) {
    const auto registration = cancellation.OnCancel([this] { Notify(); });
    std::unique_lock lock(mutex_);
    const auto idler = idlers_.insert(idlers_.end(), {until, &cancellation});
    changed_.notify_all();
    // A clock that runs with that of the machine tells no one when time passes.
    while (!IsDue(*idler)) changed_.wait_for(lock, until - clock_.MonotonicNow());
    idlers_.erase(idler);
  }

  /// AwaitIdlers returns when `count` threads are in IdleUntil and none of them is due or cancelled. By then,
  /// all work that the time so far has made due has begun.
  void AwaitIdlers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return idlers_.size() == count &&
             std::none_of(idlers_.begin(), idlers_.end(), [&](const Idler& idler) { return IsDue(idler); });
    });
  }

  /// Notify makes all that wait look at the time again.
  void Notify() {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

 private:
  struct Idler {
    std::chrono::steady_clock::time_point until;
    const CancellationToken* cancellation;
  };
  bool IsDue(const Idler& idler) const {
    return clock_.MonotonicNow() >= idler.until || idler.cancellation->IsCanceled();
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Idler> idlers_;
};

}  // namespace msiv2::testing
