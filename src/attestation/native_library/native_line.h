// One call at a time into a library that may never return.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/wait.h"
#include "msiv2/call.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::attestation {

/// NativeLine runs one call at a time, each on a thread of its own that is never joined: nothing can end a
/// native call that hangs, so neither a caller, nor the end of a client, nor the end of the process waits for
/// it. Whatever the call uses belongs to the call.
///
/// A call that its callers have left still holds the line. If it ends with a token after all, the next caller
/// with the same subject gets it, within five minutes; so callers with little time do not begin anew for
/// ever. Threads: all members may be called at the same time.
class NativeLine {
 public:
  using Work = std::function<Result<SecretString>()>;

  NativeLine() : state_(std::make_shared<State>()) {}

  /// Run calls `work`, or shares a call for the same `subject` (what the token would vouch for) that is under
  /// way, and waits within `context`. A call counts as hung `limit` after it began.
  ///
  /// Errors: those of `work`; AttestationStatus::kHung when it becomes hung, and kBusy at once while another
  /// call is; kException when `work` throws; `timeout` and `canceled` by the caller's own limits.
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
    std::shared_ptr<Call> left;  // ended with a token, when nobody waited for it any more
    // Ends `call` with `answer`.
    void End(const std::shared_ptr<Call>& call, Result<SecretString> answer);
    std::optional<SecretString> TakeLeft(const std::string& subject,
                                         std::chrono::steady_clock::time_point now);
  };

  void Start(const std::shared_ptr<Call>& call, Work work);
  std::optional<Error> WaitForTurn(const std::shared_ptr<Call>& other, const CallContext& context);
  Result<SecretString> Await(const std::shared_ptr<Call>& call, const CallContext& context);

  const std::shared_ptr<State> state_;
};

}  // namespace msiv2::attestation
