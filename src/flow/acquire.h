// AcquireToken behind the gate: the two caches wrapped around the seven steps.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/single_flight.h"
#include "cache/token_cache.h"
#include "flow/background_jobs.h"
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
/// A hit begins what is due in the background and does not wait for it: a token is refreshed from its
/// refresh_on, a certificate is rotated from about half of its life. Then the tokens of the old certificate
/// are fetched for the new one first, and all is published together, so that no later caller waits.
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

  TokenPtr CachedToken(const Plan& plan, const std::string& binding_key, BindingPtr& binding) const;
  void Keep(const Plan& plan, const Binding& binding, TokenPtr token);
  void RenewInBackground(const Plan& plan, const std::string& binding_key, const BindingPtr& binding,
                         const AccessToken& token);
  BackgroundJobs::Outcome Refresh(Plan plan, const std::string& binding_key,
                                  const CancellationToken& closing);
  BackgroundJobs::Outcome Rotate(Plan plan, const std::string& binding_key, const Binding& current,
                                 const CancellationToken& closing);
  CallContext InBackground(const Plan& plan, const CancellationToken& closing) const;
  static std::string FlightKey(const Plan& plan, const std::string& binding_key);
  MissReason WhyMissed(const Plan& plan, const std::string& binding_key, const BindingPtr& binding) const;
  // `why` is due by default, because a renewal in the background fetches without looking into the cache.
  Result<TokenResult> FetchShared(const Plan& plan, const std::string& binding_key, const CallContext& call,
                                  MissReason why = MissReason::kDue);
  Result<TokenPtr> FetchCounted(const StepContext& step, const std::string& binding_key, TokenSource& source);
  Result<TokenPtr> Fetch(const StepContext& step, const std::string& binding_key, TokenSource& source);
  Result<TokenPtr> FetchOnce(const StepContext& step, const std::string& binding_key, BindingPtr& binding,
                             CertificateVerdict& verdict);
  void GiveUp(const StepContext& step, const std::string& binding_key, const Binding& binding,
              const Error& error, CertificateVerdict verdict, bool tries_again);
  std::optional<Error> WaitToRemedy(const StepContext& step, int remedy, std::chrono::milliseconds delay,
                                    const Error& failure) const;

  const Ports ports_;
  BindingSource bindings_{ports_};
  cache::TokenCache tokens_;
  SingleFlight<TokenPtr> fetches_;
  BackgroundJobs jobs_{ports_.clock};  // last, so joined first: its jobs use everything above
};

}  // namespace msiv2::flow
