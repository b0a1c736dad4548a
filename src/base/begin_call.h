// From a caller's options to the context that ports receive.
#pragma once

#include <algorithm>
#include <chrono>

#include "msiv2/call.h"
#include "msiv2/clock.h"

namespace msiv2 {

/// BeginCall returns the context of a call that starts now, with `fallback` where `call` names no timeout.
/// A year stands for no limit: a longer one would overflow the clock. `clock` must outlive the call.
inline CallContext BeginCall(Clock& clock, const CallOptions& call, std::chrono::milliseconds fallback) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  return {&clock, clock.MonotonicNow() + std::min(call.timeout.value_or(fallback), kLongest),
          call.cancellation};
}

}  // namespace msiv2
