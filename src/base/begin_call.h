// Converts a caller's options to the context that ports receive.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "model/process_mark.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"

namespace msiv2 {

/// BoundTime clamps a caller's time limit to the range from zero to a year, so that it can be added to a
/// clock's time. A year stands for no limit, because a longer limit would overflow the clock. A negative
/// limit expires at once.
constexpr std::chrono::milliseconds BoundTime(std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  return std::clamp(limit, std::chrono::milliseconds(0), kLongest);
}

/// BeginCall returns the context of a call that starts now. `fallback` applies if `call` has no timeout.
/// BoundTime bounds both. `clock` must outlive the call.
inline CallContext BeginCall(Clock& clock, const CallOptions& call, std::chrono::milliseconds fallback) {
  return {&clock, clock.MonotonicNow() + BoundTime(call.timeout.value_or(fallback)), call.cancellation};
}

/// RefuseOfParent returns an error if a parent process created the cancellation of `call`, because this
/// process cannot wait for that cancellation. Otherwise it returns nullopt.
inline std::optional<Error> RefuseOfParent(const CallOptions& call) {
  if (!call.cancellation.IsOfParent()) return std::nullopt;
  return UsedAfterFork("the cancellation of the call");
}

}  // namespace msiv2
