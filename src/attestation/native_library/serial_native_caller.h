// One call at a time into a library that may never return.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/executor.h"
#include "base/wait.h"
#include "msiv2/call.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::attestation {

/// SerialNativeCaller runs one call at a time on its own thread. A native call that hangs cannot be ended.
/// Its callers stop waiting at their limits, and the call holds up the others until it returns.
///
/// A call that its callers have left may still return a token. The next caller with the same subject receives
/// that token, within five minutes after the call began. So callers with short deadlines do not start over
/// for ever.
///
/// Threads: all members may be called at the same time. Lifetime: the destructor waits for a call that runs,
/// so the process-wide object is never destroyed. The thread is not detached instead, because mingw's
/// winpthreads loses threads that are detached while they start or end. About every other run of the tests
/// under Wine hung.
class SerialNativeCaller {
 public:
  using Work = std::function<Result<SecretString>()>;

  /// Run calls `work`, or shares a running call for the same `subject`, and waits within `context`. The
  /// subject identifies what the token would attest. A call counts as hung `limit` after it began.
  ///
  /// Errors: those of `work`; `timeout` and `canceled` from the caller's own limits. AttestationStatus::kHung
  /// when the call becomes hung; kBusy at once while another call is hung; kException if `work` throws or no
  /// thread can be started.
  Result<SecretString> Run(const std::string& subject, Work work, const CallContext& context,
                           std::chrono::milliseconds limit);

 private:
  struct Call {
    std::string subject;
    std::chrono::steady_clock::time_point began;
    std::chrono::steady_clock::time_point hung_from;
    int waiters = 0;
    std::optional<Result<SecretString>> answer{};
  };
  struct State {
    Signal signal;  // guards the rest
    std::shared_ptr<Call> running;
    std::shared_ptr<Call> left;  // returned a token after its callers had stopped waiting
    // Completes `call` with `answer`.
    void End(const std::shared_ptr<Call>& call, Result<SecretString> answer);
    std::optional<SecretString> TakeLeft(const std::string& subject,
                                         std::chrono::steady_clock::time_point now);
  };

  void Start(const std::shared_ptr<Call>& call, Work work);
  std::optional<Error> WaitForTurn(const std::shared_ptr<Call>& other, const CallContext& context);
  Result<SecretString> Await(const std::shared_ptr<Call>& call, const CallContext& context);

  State state_;
  Executor worker_{1};  // declared last, so joined first: its task uses the state
};

}  // namespace msiv2::attestation
