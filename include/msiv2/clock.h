// The Clock port.
#pragma once

#include <chrono>
#include <memory>

#include "msiv2/call.h"

namespace msiv2 {

/// Clock provides the time. Tests supply their own clock; production uses `SystemClock()`. Thread-safe.
///
/// Renewals in the background are due by this clock. A call that is answered from the cache starts those of
/// its token and certificate that are due. The others wait in real time, at most an hour.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Now returns the wall clock, for certificate and token lifetimes.
  virtual std::chrono::system_clock::time_point Now() const = 0;

  /// MonotonicNow returns a clock that never steps back, for deadlines and durations.
  virtual std::chrono::steady_clock::time_point MonotonicNow() const = 0;

  /// SleepUntil blocks until `until` and returns true. If `cancellation` fires first, it returns false.
  virtual bool SleepUntil(std::chrono::steady_clock::time_point until,
                          const CancellationToken& cancellation) = 0;
};

/// SystemClock returns the clock of this machine. Its wall clock is that of the system's last tick, which is
/// some milliseconds old. Its monotonic clock is exact.
std::shared_ptr<Clock> SystemClock();

}  // namespace msiv2
