// Tokens of MSI v2: a certificate first, then step 7 with it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "certificates/certificate_service.h"
#include "flow/gate.h"
#include "flow/remediation.h"
#include "tokens/token_fetcher.h"

namespace msiv2::tokens {

/// OnCertificateChanges is called with each change of the current certificates, and with the plan of the
/// request that made it. It must be quick.
using OnCertificateChanges =
    std::function<void(const flow::BoundTokenPlan&, const certificates::CertificateChanges&)>;

/// SlotOf returns the slot of the token that `plan` asks for with `binding`.
TokenSlot SlotOf(const flow::BoundTokenPlan& plan, const BindingPtr& binding,
                 const std::string& certificate_key);

/// RotationJob returns the rotator's name of the job that renews the certificate with this
/// CertificateService::SlotKey.
std::string RotationJob(const std::string& certificate_key);

/// BoundTokenFetcher fetches the token of a planned request for MSI v2. A certificate that the token service
/// refuses is replaced within the call (flow::Remediation).
class BoundTokenFetcher : public TokenFetcher {
 public:
  /// BoundTokenFetcher keeps references: everything that it is given outlives it.
  BoundTokenFetcher(const flow::Ports& ports, certificates::CertificateService& certificates,
                    const OnCertificateChanges& on_changes, const flow::BoundTokenPlan& plan)
      : BoundTokenFetcher(ports, certificates, on_changes, Borrowed(plan)) {}

  TokenTraits Traits() const override;
  TokenSpec Spec() const override;
  KnownSlot Known() const override;
  std::string FlightKey() const override;
  Result<TokenSlot> Prepare(const FetchContext& context) override;
  TokenAttempt Fetch(const FetchContext& context, const TokenSlot& slot,
                     const cache::CachedToken* cached) override;
  std::optional<std::chrono::milliseconds> NextRemedy(const FetchContext& context, const BindingPtr& binding,
                                                      const TokenAttempt& attempt) override;
  Error Explain(Error error) const override { return error; }
  bool MayCache(const TokenSlot& slot) const override;
  bool MayRefresh() const override { return !ports_.is_disabled(); }
  std::shared_ptr<TokenFetcher> ForRefresh(Observer* observer) const override;

 private:
  BoundTokenFetcher(const flow::Ports& ports, certificates::CertificateService& certificates,
                    const OnCertificateChanges& on_changes, std::shared_ptr<const flow::BoundTokenPlan> plan)
      : ports_(ports),
        certificates_(certificates),
        on_changes_(on_changes),
        plan_(std::move(plan)),
        remediation_(plan_->remediations) {}

  flow::AcquisitionContext ContextOf(const FetchContext& context) const {
    return {*plan_, ports_, context.trace, context.call, &context.stats};
  }

  const flow::Ports& ports_;
  certificates::CertificateService& certificates_;
  const OnCertificateChanges& on_changes_;
  const std::shared_ptr<const flow::BoundTokenPlan> plan_;  // owns it in the background only
  flow::Remediation remediation_;
};

/// RetireFaulty stops using `binding` where a failed token request showed its certificate, its key or its
/// attestation to be unusable. `tries_again` is true if another certificate is tried within the call. It
/// returns what changed.
certificates::CertificateChanges RetireFaulty(const flow::AcquisitionContext& acquisition,
                                              certificates::CertificateService& certificates,
                                              const BindingPtr& binding, const TokenAttempt& attempt,
                                              bool tries_again);

}  // namespace msiv2::tokens
