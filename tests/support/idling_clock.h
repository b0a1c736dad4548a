// A FakeClock for which the thread of the rotator waits.
#pragma once

#include "msiv2/testing/fake_clock.h"
#include "tests/support/idlers.h"

namespace msiv2::testing {

/// IdlingClock is a FakeClock that background threads wait for (Idlers). Threads: all members may be called
/// at the same time.
class IdlingClock final : public FakeClock {
 public:
  using FakeClock::FakeClock;

  bool SleepUntil(std::chrono::steady_clock::time_point until,
                  const CancellationToken& cancellation) override {
    const bool slept = FakeClock::SleepUntil(until, cancellation);
    idlers_.Notify();
    return slept;
  }

  /// Advance moves both clocks forward. `length` must not be negative.
  void Advance(std::chrono::nanoseconds length) {
    FakeClock::Advance(length);
    idlers_.Notify();
  }

  void IdleUntil(std::chrono::steady_clock::time_point until, const CancellationToken& cancellation) {
    idlers_.IdleUntil(until, cancellation);
  }
  void AwaitIdlers(std::size_t count) { idlers_.AwaitIdlers(count); }

 private:
  Idlers idlers_{*this};
};

}  // namespace msiv2::testing
