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

/// Signal is a condition that threads wait for. `mutex` guards whatever the predicates read.
struct Signal {
  std::mutex mutex;
  std::condition_variable changed;
};

/// WaitFor blocks until `ready()` holds (called under `signal.mutex`), the deadline of `context` passes
/// or its cancellation fires. A predicate that already holds wins over both. The caller must not hold the
/// mutex; whoever changes the state notifies `signal.changed`.
WaitOutcome WaitFor(Signal& signal, const CallContext& context, const std::function<bool()>& ready);

/// CheckCall returns the error `canceled` or `timeout` for `step` when the call should not go on.
std::optional<Error> CheckCall(const CallContext& context, Step step);

/// CallEnded makes that error for an outcome other than kReady.
Error CallEnded(WaitOutcome outcome, Step step, const std::string& waiting_for);

}  // namespace msiv2
