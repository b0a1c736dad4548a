#include "attestation/native_library/serial_native_caller.h"

#include <algorithm>
#include <utility>

#include "attestation/attestation_status.h"
#include "base/begin_call.h"
#include "msiv2/clock.h"

namespace msiv2::attestation {
namespace {

// Tokens are valid for hours. This limit is for callers that retry; it does not make a cache of this class.
constexpr std::chrono::minutes kLeftHolds{5};

Result<SecretString> WithoutThrowing(const SerialNativeCaller::Work& work) {
  try {
    return work();
  } catch (...) {
    return AttestationError(AttestationStatus::kException, "the call of the attestation library threw");
  }
}

}  // namespace

void SerialNativeCaller::State::End(const std::shared_ptr<Call>& call, Result<SecretString> answer) {
  std::lock_guard lock(signal.mutex);
  const bool keeps = answer.has_value() && call->waiters == 0;
  call->answer.emplace(std::move(answer));
  running.reset();
  if (keeps) left = call;
  signal.changed.notify_all();
}

/// TakeLeft returns, once, the token that no caller waited for. The caller holds the lock.
std::optional<SecretString> SerialNativeCaller::State::TakeLeft(const std::string& subject,
                                                                std::chrono::steady_clock::time_point now) {
  if (left && now >= left->began + kLeftHolds) left.reset();
  if (!left || left->subject != subject) return std::nullopt;
  return **std::exchange(left, nullptr)->answer;
}

Result<SecretString> SerialNativeCaller::Run(const std::string& subject, Work work,
                                             const CallContext& context, std::chrono::milliseconds limit) {
  while (true) {
    std::shared_ptr<Call> call;
    bool is_new = false;
    bool is_shared = false;
    {
      std::lock_guard lock(state_.signal.mutex);
      const auto now = context.clock->MonotonicNow();
      if (auto token = state_.TakeLeft(subject, now)) return *std::move(token);
      is_new = state_.running == nullptr;
      if (is_new) state_.running = std::make_shared<Call>(Call{subject, now, now + BoundTime(limit)});
      call = state_.running;
      if (!is_new && now >= call->hung_from) {
        return AttestationError(AttestationStatus::kBusy,
                                "busy: an earlier call still hangs in the attestation library");
      }
      is_shared = call->subject == subject;
      if (is_shared) ++call->waiters;
    }
    if (is_new) {
      Start(call, std::move(work));
      return Await(call, context);
    }
    if (is_shared) return Await(call, context);
    if (auto ended = WaitForTurn(call, context)) return *std::move(ended);
  }
}

/// Start runs `work` as `call` on the worker thread. Other calls wait until it ends.
void SerialNativeCaller::Start(const std::shared_ptr<Call>& call, Work work) {
  const bool posted = worker_.Post([this, call, work = std::move(work)]() mutable {
    auto answer = WithoutThrowing(work);
    work = nullptr;  // what the call held is released before any caller learns that the call ended
    state_.End(call, std::move(answer));
  });
  if (posted) return;
  state_.End(call, AttestationError(AttestationStatus::kException,
                                    "no thread could be started to call the attestation library"));
}

/// WaitForTurn returns nullopt when `other` has ended, or may have become hung.
std::optional<Error> SerialNativeCaller::WaitForTurn(const std::shared_ptr<Call>& other,
                                                     const CallContext& context) {
  CallContext waiting = context;
  waiting.deadline = std::min(context.deadline, other->hung_from);
  const WaitOutcome outcome = WaitFor(state_.signal, waiting, [&] { return state_.running != other; });
  if (outcome == WaitOutcome::kReady) return std::nullopt;
  return CheckCall(context, Step::kAttestation);
}

Result<SecretString> SerialNativeCaller::Await(const std::shared_ptr<Call>& call,
                                               const CallContext& context) {
  CallContext waiting = context;
  waiting.deadline = std::min(context.deadline, call->hung_from);
  const WaitOutcome outcome = WaitFor(state_.signal, waiting, [&] { return call->answer.has_value(); });
  std::lock_guard lock(state_.signal.mutex);
  --call->waiters;
  if (call->answer) return *call->answer;
  if (outcome == WaitOutcome::kDeadline && context.clock->MonotonicNow() >= call->hung_from) {
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(call->hung_from - call->began);
    return AttestationError(AttestationStatus::kHung, "no answer from the attestation library within " +
                                                          std::to_string(limit.count()) + " ms");
  }
  return CallEnded(outcome, Step::kAttestation, "the attestation library");
}

}  // namespace msiv2::attestation
