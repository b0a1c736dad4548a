// AcquireToken behind the gate: the two caches wrapped around the seven steps.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/single_flight.h"
#include "cache/token_cache.h"
#include "cache/warm_tokens.h"
#include "flow/bearer.h"
#include "flow/binding_source.h"
#include "flow/gate.h"
#include "flow/ports.h"
#include "flow/steps.h"
#include "rotation/rotator.h"

namespace msiv2::flow {

/// Acquirer serves planned requests: from the token cache, else with the cached binding, else by minting
/// one. One fetch runs at a time for a token key; other callers of that key wait for its answer, each within
/// its own deadline, and other keys are not held up. A certificate that the token service refuses is
/// replaced within the call (Remediation).
///
/// Renewal never makes a caller wait: a token is refreshed in the background from its refresh_on if it was
/// used since it was fetched, a certificate is rotated from about half of its life. Then the tokens of the
/// old certificate are fetched for the new one first, and all is published together. A renewal begins by
/// itself, or by a hit where it did not.
///
/// Threads: all members may be called at the same time. What `ports` refer to must stay valid.
class Acquirer {
 public:
  explicit Acquirer(Ports ports);
  Acquirer(const Acquirer&) = delete;
  Acquirer& operator=(const Acquirer&) = delete;
  ~Acquirer() = default;

  /// Acquire returns the token of `plan`. Every error carries the correlation id of its attempt.
  ///
  /// `warm` (may be null) receives what the same request may be answered with until the caches change: it is
  /// set on a hit only.
  Result<TokenResult> Acquire(const Plan& plan, const CallContext& call, cache::WarmToken* warm = nullptr);

  /// Acquire does the same for MSI v1 (BearerAcquirer).
  Result<TokenResult> Acquire(const V1Plan& plan, const CallContext& call, cache::WarmToken* warm = nullptr);

  /// Generation grows whenever a request may get another answer from the caches.
  std::uint64_t Generation() const noexcept { return bindings_.Generation() + tokens_.Generation(); }

  /// StopRenewing cancels and joins the work in the background, for good. Calls are answered as before.
  void StopRenewing() { rotator_.Stop(); }

  /// WarmHit is the answer of a request that was found warm; `observer` (may be null) hears of it.
  TokenResult WarmHit(cache::CachedTokenPtr cached, Observer* observer) const;

 private:
  using TokenPtr = std::shared_ptr<const AccessToken>;

  cache::CachedTokenPtr FindCached(const Plan& plan, const std::string& binding_key) const;
  void Keep(const Plan& plan, const std::string& binding_key, const BindingPtr& binding, TokenPtr token);
  cache::WarmToken Warm(const Plan& plan, const std::string& binding_key, const cache::CachedTokenPtr& cached,
                        std::uint64_t generation);

  // The work in the background, in renewal.cc.
  void PlanRotation(const Plan& plan, const std::string& binding_key, const BindingPtr& binding);
  void PlanRefresh(const Plan& plan, const std::string& binding_key, const cache::CachedTokenPtr& cached);
  void PokeRenewals(const Plan& plan, const std::string& binding_key, const cache::CachedToken& cached);
  rotation::Rotator::Outcome Refresh(const Plan& plan, const std::string& binding_key,
                                     const std::weak_ptr<const cache::CachedToken>& old,
                                     const CancellationToken& closing);
  rotation::Rotator::Outcome Rotate(const Plan& plan, const std::string& binding_key, const Binding& current,
                                    const CancellationToken& closing);
  void TellOfRenewal(Step step, std::optional<rotation::Rotator::Outcome> outcome) const;
  CallContext InBackground(const Plan& plan, const CancellationToken& closing) const;
  static std::string TokenKey(const Plan& plan, const Binding& binding);
  static std::string FlightKey(const Plan& plan, const std::string& binding_key);
  MissReason WhyMissed(const Plan& plan, const std::string& binding_key) const;
  // `why` is due by default, because a renewal in the background fetches without looking into the cache.
  Result<TokenResult> FetchShared(const Plan& plan, const std::string& binding_key, const CallContext& call,
                                  MissReason why = MissReason::kDue);
  Result<TokenPtr> FetchCounted(const StepContext& step, TokenSource& source);
  Result<TokenPtr> Fetch(const StepContext& step, TokenSource& source);
  Result<TokenPtr> FetchOnce(const StepContext& step, TokenSource& source, BindingPtr& binding,
                             CertificateVerdict& verdict);
  void GiveUp(const StepContext& step, const Binding& binding, const Error& error, CertificateVerdict verdict,
              bool tries_again);
  std::optional<Error> WaitToRemedy(const StepContext& step, int remedy, std::chrono::milliseconds delay,
                                    const Error& failure) const;

  const Ports ports_;
  BindingSource bindings_;
  cache::TokenCache tokens_;
  SingleFlight<TokenPtr> fetches_;
  BearerAcquirer bearer_;      // refers to the rotator as well, and uses it in calls only
  rotation::Rotator rotator_;  // last, so joined first: its jobs use everything above
};

}  // namespace msiv2::flow
