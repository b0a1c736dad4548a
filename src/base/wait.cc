#include "base/wait.h"

#include <algorithm>

#include "msiv2/clock.h"

namespace msiv2 {

WaitOutcome WaitFor(Signal& signal, const CallContext& context, const std::function<bool()>& ready) {
  // Registered before the lock is taken, because the callback runs at once if the call is already cancelled.
  auto registration = context.cancellation.OnCancel([&] {
    std::lock_guard lock(signal.mutex);
    signal.changed.notify_all();
  });
  std::unique_lock lock(signal.mutex);
  while (!ready()) {
    if (context.cancellation.IsCanceled()) return WaitOutcome::kCanceled;
    const auto now = context.clock->MonotonicNow();
    if (now >= context.deadline) return WaitOutcome::kDeadline;
    // The clock may be a test clock. So wait in real time for the time that remains on that clock, and check
    // it again.
    constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(1);
    signal.changed.wait_for(lock, std::min<std::chrono::nanoseconds>(kLongest, context.deadline - now));
  }
  return WaitOutcome::kReady;
}

Error CallEnded(WaitOutcome outcome, Step step, const std::string& waiting_for) {
  if (outcome == WaitOutcome::kCanceled) {
    return Error(ErrorCode::kCanceled, step, "the caller cancelled while waiting for " + waiting_for);
  }
  return Error(ErrorCode::kTimeout, step, "the deadline passed while waiting for " + waiting_for);
}

std::optional<Error> CheckCall(const CallContext& context, Step step) {
  if (context.cancellation.IsCanceled()) return Error(ErrorCode::kCanceled, step, "the caller cancelled");
  if (context.clock->MonotonicNow() >= context.deadline) {
    return Error(ErrorCode::kTimeout, step, "the deadline passed before the step began");
  }
  return std::nullopt;
}

}  // namespace msiv2
