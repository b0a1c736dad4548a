// AcquireToken behind the gate: the two caches wrapped around the seven steps.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/single_flight.h"
#include "cache/token_cache.h"
#include "flow/binding_source.h"
#include "flow/gate.h"
#include "flow/ports.h"
#include "flow/steps.h"

namespace msiv2::flow {

/// Acquirer serves planned requests: from the token cache, else with the cached binding, else by minting
/// one. One fetch runs at a time for a token key; other callers of that key wait for its answer, each within
/// its own deadline, and other keys are not held up. A certificate that the token service refuses is
/// replaced within the call (Remediation).
///
/// Threads: all members may be called at the same time. What `ports` refer to must stay valid.
class Acquirer {
 public:
  explicit Acquirer(Ports ports) : ports_(std::move(ports)) {}
  Acquirer(const Acquirer&) = delete;
  Acquirer& operator=(const Acquirer&) = delete;
  ~Acquirer() = default;

  /// Acquire returns the token of `plan`. Every error carries the correlation id of its attempt.
  Result<TokenResult> Acquire(const Plan& plan, const CallContext& call);

 private:
  using TokenPtr = std::shared_ptr<const AccessToken>;

  TokenPtr CachedToken(const Plan& plan, const std::string& binding_key) const;
  Result<TokenPtr> Fetch(const StepContext& step, const std::string& binding_key, TokenSource& source);
  Result<TokenPtr> FetchOnce(const StepContext& step, const std::string& binding_key, BindingPtr& binding,
                             CertificateVerdict& verdict);
  void GiveUp(const StepContext& step, const std::string& binding_key, const Binding& binding,
              const Error& error, CertificateVerdict verdict, bool tries_again);
  std::optional<Error> WaitToRemedy(const StepContext& step, std::chrono::milliseconds delay,
                                    const Error& failure) const;

  const Ports ports_;
  BindingSource bindings_{ports_};
  cache::TokenCache tokens_;
  SingleFlight<TokenPtr> fetches_;
};

}  // namespace msiv2::flow
