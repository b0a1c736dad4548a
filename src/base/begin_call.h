// From a caller's options to the context that ports receive.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "model/process_mark.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"

namespace msiv2 {

/// BoundTime returns a time limit of a caller's that can be added to a clock: from zero to a year. A year
/// stands for no limit; a longer one would overflow the clock, and a negative one is over at once.
constexpr std::chrono::milliseconds BoundTime(std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  return std::clamp(limit, std::chrono::milliseconds(0), kLongest);
}

/// BeginCall returns the context of a call that starts now, with `fallback` where `call` names no timeout,
/// both bounded by BoundTime. `clock` must outlive the call.
inline CallContext BeginCall(Clock& clock, const CallOptions& call, std::chrono::milliseconds fallback) {
  return {&clock, clock.MonotonicNow() + BoundTime(call.timeout.value_or(fallback)), call.cancellation};
}

/// RefuseOfParent returns the error of a call whose cancellation a parent process made: it could not be
/// waited for here.
inline std::optional<Error> RefuseOfParent(const CallOptions& call) {
  if (!call.cancellation.IsOfParent()) return std::nullopt;
  return UsedAfterFork("the cancellation of the call");
}

}  // namespace msiv2
