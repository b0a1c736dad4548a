// A clock that tells when a call waits.
#pragma once

#include <atomic>

#include "msiv2/clock.h"

namespace msiv2::testing {

/// AskedClock tells that a call has looked at its time, which it does when it begins to wait for another
/// call.
class AskedClock final : public Clock {
 public:
  explicit AskedClock(Clock& clock) : clock_(clock) {}
  std::chrono::system_clock::time_point Now() const override { return clock_.Now(); }
  std::chrono::steady_clock::time_point MonotonicNow() const override {
    was_asked = true;
    return clock_.MonotonicNow();
  }
  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    return clock_.SleepUntil(until, cancellation);
  }
  mutable std::atomic<bool> was_asked{false};

 private:
  Clock& clock_;
};

}  // namespace msiv2::testing
