// From a caller's options to the context that ports receive.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "model/process_mark.h"
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

/// RefuseOfParent returns the error of a call whose cancellation a parent process made: it could not be
/// waited for here.
inline std::optional<Error> RefuseOfParent(const CallOptions& call) {
  if (!call.cancellation.IsOfParent()) return std::nullopt;
  return UsedAfterFork("the cancellation of the call");
}

}  // namespace msiv2
