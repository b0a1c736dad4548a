// A FakeClock for which the thread of the rotator waits.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>

#include "msiv2/testing/fake_clock.h"

namespace msiv2::testing {

/// IdlingClock is a FakeClock that background threads wait for (rotation::Idle). It tells a test when they
/// wait. Threads: all members may be called at the same time.
class IdlingClock final : public FakeClock {
 public:
  using FakeClock::FakeClock;

  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    const bool slept = FakeClock::SleepUntil(until, cancellation);
    NotifyIdlers();
    return slept;
  }

  /// Advance moves both clocks forward. `length` must not be negative.
  void Advance(std::chrono::nanoseconds length) {
    FakeClock::Advance(length);
    NotifyIdlers();
  }

  /// IdleUntil blocks until the time has reached `until`, or `cancellation` fires.
  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& cancellation) {
    const auto registration = cancellation.OnCancel([this] { NotifyIdlers(); });
    std::unique_lock lock(mutex_);
    const auto idler = idlers_.insert(idlers_.end(), {until, &cancellation});
    changed_.notify_all();
    changed_.wait(lock, [&] { return IsDue(*idler); });
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

 private:
  struct Idler {
    std::chrono::steady_clock::time_point until;
    const CancellationToken* cancellation;
  };
  bool IsDue(const Idler& idler) const {
    return MonotonicNow() >= idler.until || idler.cancellation->IsCanceled();
  }
  void NotifyIdlers() {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Idler> idlers_;
};

}  // namespace msiv2::testing
