// The rotation of certificates in the background, together with their tokens.
#pragma once

#include <cstddef>
#include <optional>

#include "certificates/certificate_service.h"
#include "flow/gate.h"
#include "flow/ports.h"
#include "rotation/rotator.h"
#include "tokens/bound_token_fetcher.h"
#include "tokens/token_service.h"

namespace msiv2::tokens {

/// CertificateRotation acts on every change of the current certificates: it schedules the rotation of a new
/// one, and drops the tokens of a retired one.
///
/// A certificate is rotated from about half of its life (rotation::RenewAt). The tokens of the old
/// certificate are fetched for the new one first, and all become current together.
///
/// Threads: all members may be called at the same time. Lifetime: what it is given outlives it, and the
/// rotator is stopped before it is destroyed.
class CertificateRotation {
 public:
  CertificateRotation(const flow::Ports& ports, certificates::CertificateService& certificates,
                      TokenService& tokens, rotation::Rotator& rotator)
      : ports_(ports), certificates_(certificates), tokens_(tokens), rotator_(rotator) {}
  CertificateRotation(const CertificateRotation&) = delete;
  CertificateRotation& operator=(const CertificateRotation&) = delete;
  ~CertificateRotation() = default;

  /// Apply acts on `changes`, which a request with `plan` made.
  void Apply(const flow::BoundTokenPlan& plan, const certificates::CertificateChanges& changes);

  /// FetcherFor returns the fetcher of a request, whose changes it applies. `plan` outlives the fetcher.
  BoundTokenFetcher FetcherFor(const flow::BoundTokenPlan& plan) const {
    return {ports_, certificates_, on_changes_, plan};
  }

 private:
  // What became of one token of the old certificate.
  enum class Carried {
    kYes,       // the new one has it too
    kNo,        // the new one becomes current without it
    kDoubtful,  // the new one may be the reason that it has none
    kMustWait,  // the new one must not become current yet
  };

  RenewalOutcome Rotate(const flow::BoundTokenPlan& plan, const BindingPtr& current,
                        const CancellationToken& closing);
  std::optional<std::size_t> FetchTokens(const flow::AcquisitionContext& acquisition,
                                         const BindingPtr& current, const BindingPtr& next,
                                         const CancellationToken& closing);
  Carried FetchOne(const flow::AcquisitionContext& token_step, const BindingPtr& next, bool may_wait);
  CallContext InBackground(const flow::BoundTokenPlan& plan, const CancellationToken& closing) const;

  const flow::Ports& ports_;
  certificates::CertificateService& certificates_;
  TokenService& tokens_;
  rotation::Rotator& rotator_;
  const OnCertificateChanges on_changes_ = [this](const flow::BoundTokenPlan& plan,
                                                  const certificates::CertificateChanges& changes) {
    Apply(plan, changes);
  };
};

}  // namespace msiv2::tokens
