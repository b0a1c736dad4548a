// How a rotator under test waits: for the clock of the test.
#pragma once

#include <utility>

#include "rotation/idle.h"

namespace msiv2::testing {

/// IdleOn returns the Idle that waits in `clock->IdleUntil`. `clock` is a pointer, plain or shared, to an
/// IdlingClock or a JumpingClock.
template <typename ClockPointer>
rotation::Idle IdleOn(ClockPointer clock) {
  return [clock = std::move(clock)](auto until, const CancellationToken& wake) {
    clock->IdleUntil(until, wake);
  };
}

}  // namespace msiv2::testing
