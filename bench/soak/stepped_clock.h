// A clock that is stepped by hand, so that days pass in minutes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "msiv2/clock.h"

namespace msiv2::soak {

/// SteppedClock runs with the machine's clocks. Step moves both of its times forward at once. A thread that
/// sleeps wakes when its time has come by this clock. Threads: all members may be called at the same time.
class SteppedClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override;
  std::chrono::steady_clock::time_point MonotonicNow() const override;
  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override;

  void Step(std::chrono::seconds length);
  /// Ahead returns the sum of all steps: how far this clock is ahead of the machine's.
  std::chrono::seconds Ahead() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable stepped_;
  std::chrono::seconds ahead_{0};
};

}  // namespace msiv2::soak
