// Waiting for another thread's work within a caller's deadline and cancellation.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "msiv2/call.h"
#include "msiv2/error.h"

namespace msiv2 {

/// WaitOutcome says why a wait ended.
enum class WaitOutcome { kReady, kDeadline, kCanceled };

/// Signal is a condition that threads wait for. `mutex` guards everything that the predicates read.
struct Signal {
  std::mutex mutex;
  std::condition_variable changed;
};

/// WaitFor blocks until `ready()` returns true, the deadline of `context` passes or its cancellation fires.
/// `ready` is called under `signal.mutex`. If it already returns true, that takes precedence over the other
/// two. The caller must not hold the mutex. Code that changes the state must notify `signal.changed`.
WaitOutcome WaitFor(Signal& signal, const CallContext& context, const std::function<bool()>& ready);

/// CheckCall returns the error `canceled` or `timeout` for `step` if the call should not continue, otherwise
/// nullopt.
std::optional<Error> CheckCall(const CallContext& context, Step step);

/// CallEnded returns the error `canceled` or `timeout` for an outcome other than kReady.
Error CallEnded(WaitOutcome outcome, Step step, const std::string& waiting_for);

}  // namespace msiv2
