// AcquireToken behind the gate: the two caches wrapped around the seven steps.
#pragma once

#include <memory>
#include <string>

#include "base/single_flight.h"
#include "cache/binding_cache.h"
#include "cache/token_cache.h"
#include "flow/gate.h"
#include "flow/ports.h"
#include "flow/steps.h"

namespace msiv2::flow {

/// Acquirer serves planned requests: from the token cache, else with the cached binding, else by minting
/// one. One mint runs at a time for a binding key and one fetch for a token key; other callers of the
/// same key wait for its answer, each within its own deadline, and other keys are not held up.
///
/// Threads: all members may be called at the same time. `ports` must stay valid.
class Acquirer {
 public:
  explicit Acquirer(Ports ports) : ports_(std::move(ports)) {}

  /// Acquire returns the token of `plan`. Every error carries the correlation id of its attempt.
  Result<TokenResult> Acquire(const Plan& plan, const CallContext& call);

 private:
  using TokenPtr = std::shared_ptr<const AccessToken>;

  TokenPtr CachedToken(const Plan& plan, const std::string& binding_key) const;
  Result<BindingPtr> GetBinding(const StepContext& step, const std::string& binding_key);
  Result<BindingPtr> Mint(const StepContext& step, const std::string& binding_key);
  bool MayGoOnServing(const StepContext& step, const std::string& binding_key,
                      const cache::CachedBinding& cached);
  bool StillTheSameIdentity(const StepContext& step, const std::string& binding_key,
                            const cache::CachedBinding& cached);
  Result<TokenPtr> Fetch(const StepContext& step, const std::string& binding_key, TokenSource& source);
  void Drop(const StepContext& step, const std::string& binding_key, const Binding& binding,
            const Error& reason);

  const Ports ports_;
  cache::BindingCache bindings_;
  cache::TokenCache tokens_;
  SingleFlight<BindingPtr> mints_;
  SingleFlight<TokenPtr> fetches_;
};

}  // namespace msiv2::flow
