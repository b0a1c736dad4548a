#include "tokens/certificate_rotation.h"

#include <utility>

#include "base/begin_call.h"

namespace msiv2::tokens {
namespace {

// With less than this left, the new certificate becomes current even if some of its tokens could not be
// fetched.
constexpr std::chrono::hours kLeastWait{1};

flow::BoundTokenPlan ForSpec(flow::BoundTokenPlan plan, const TokenSpec& spec) {
  plan.resource = spec.resource;
  plan.type = spec.type;
  plan.claims = spec.claims;
  plan.key_policy.minimum = spec.minimum;
  return plan;
}

flow::BoundTokenPlan ForRotation(const flow::BoundTokenPlan& asked, const Binding& current,
                                 Observer* observer) {
  flow::BoundTokenPlan plan = flow::ForBackground(asked, observer);
  plan.key_policy.minimum = current.certificate->strength();  // never a weaker one in its place
  plan.token_cache = true;  // the tokens of others who share the certificate are renewed with it
  return plan;
}

}  // namespace

void CertificateRotation::Apply(const flow::BoundTokenPlan& plan,
                                const certificates::CertificateChanges& changes) {
  for (const BindingPtr& retired : changes.retired) {
    tokens_.DropTokensOf(*retired->certificate);
  }
  // A later change may have been applied before this one: then there is nothing to schedule for it.
  if (!changes.current || !certificates_.IsCurrent(plan, *changes.current)) return;
  rotator_.Schedule(
      RotationJob(certificates_.SlotKey(plan)), Step::kCertificate, changes.current->renew_at,
      [this, plan = ForRotation(plan, *changes.current, ports_.observer), current = changes.current](
          const CancellationToken& closing) { return Rotate(plan, current, closing); });
}

RenewalOutcome CertificateRotation::Rotate(const flow::BoundTokenPlan& plan, const BindingPtr& current,
                                           const CancellationToken& closing) {
  if (ports_.is_disabled()) return RenewalOutcome::kFailed;
  if (!certificates_.IsCurrent(plan, *current))
    return RenewalOutcome::kDone;  // another one is, or a mint is due
  if (ports_.clock.Now() >= current->certificate->not_after())
    return RenewalOutcome::kDone;  // the next call mints
  const CallContext call = InBackground(plan, closing);
  const flow::Trace trace(ports_.observer, ports_.clock, MakeUuid(ports_.random));
  const flow::AcquisitionContext acquisition{plan, ports_, trace, call, /*stats=*/nullptr};
  const auto prepared = certificates_.Prepare(acquisition, current);
  if (!prepared.binding) return RenewalOutcome::kFailed;
  if (prepared.changes.current) {  // IMDS names another identity now
    Apply(plan, prepared.changes);
    return RenewalOutcome::kDone;
  }
  if (*prepared.binding == nullptr) return RenewalOutcome::kTooEarly;
  const BindingPtr& next = *prepared.binding;

  const auto carried = FetchTokens(acquisition, current, next, closing);
  if (!carried) return RenewalOutcome::kFailed;
  const auto published = certificates_.Publish(acquisition, current, next);
  Apply(plan, published.changes);
  if (published.done) {
    trace.Rotated(*carried, next->certificate->x5t_s256());
  } else if (!certificates_.IsCurrent(plan, *next)) {
    tokens_.DropTokensOf(*next->certificate);  // another one is current already
  }
  return RenewalOutcome::kDone;
}

/// FetchTokens fetches the tokens of `current` for `next`, and returns how many `next` has then. It returns
/// nullopt where `next` must not become current yet.
std::optional<std::size_t> CertificateRotation::FetchTokens(const flow::AcquisitionContext& acquisition,
                                                            const BindingPtr& current, const BindingPtr& next,
                                                            const CancellationToken& closing) {
  const bool may_wait = current->certificate->not_after() > ports_.clock.Now() + kLeastWait;
  std::size_t carried = 0;
  bool doubtful = false;
  for (const TokenSpec& spec : tokens_.SpecsOf(*current->certificate)) {
    const flow::BoundTokenPlan plan = ForSpec(acquisition.plan, spec);
    const CallContext call = InBackground(plan, closing);
    switch (FetchOne({plan, ports_, acquisition.trace, call, acquisition.stats}, next, may_wait)) {
      case Carried::kYes:
        ++carried;
        break;
      case Carried::kNo:
        break;
      case Carried::kDoubtful:
        doubtful = true;
        break;
      case Carried::kMustWait:
        return std::nullopt;
    }
  }
  // A certificate that has never worked does not replace one that does.
  if (doubtful && carried == 0) return std::nullopt;
  return carried;
}

/// FetchOne fetches the token that the plan of `token_step` asks for, with `next`. `may_wait` is true where
/// `next` may become current later.
CertificateRotation::Carried CertificateRotation::FetchOne(const flow::AcquisitionContext& token_step,
                                                           const BindingPtr& next, bool may_wait) {
  const flow::BoundTokenPlan& plan = token_step.plan;
  const TokenSlot slot = SlotOf(plan, next, certificates_.SlotKey(plan));
  // A token is cached under the new certificate at once. It is not returned before that certificate is
  // current, and an attempt that ends half-way need not fetch it again.
  if (tokens_.Holds(slot)) return Carried::kYes;
  const auto asked_at = ports_.clock.MonotonicNow();
  const TokenAttempt attempt = flow::FetchToken(token_step, *next);
  if (attempt.token) {
    tokens_.Store(FetcherFor(plan), slot, *attempt.token, asked_at);
    return Carried::kYes;
  }
  const Error& error = attempt.token.error();
  if (attempt.verdict == flow::CertificateVerdict::kRefused || error.code == ErrorCode::kKeySignFailed) {
    Apply(plan, RetireFaulty(token_step, certificates_, next, attempt, /*tries_again=*/true));
    return Carried::kMustWait;
  }
  const bool doubtful = attempt.verdict == flow::CertificateVerdict::kDoubtful;
  if (doubtful) certificates_.NoteDoubt(token_step, *next);
  const bool may_succeed_later = error.retryable || attempt.verdict != flow::CertificateVerdict::kNone;
  if (may_wait && may_succeed_later) return Carried::kMustWait;
  return doubtful ? Carried::kDoubtful : Carried::kNo;
}

CallContext CertificateRotation::InBackground(const flow::BoundTokenPlan& plan,
                                              const CancellationToken& closing) const {
  return {&ports_.clock, ports_.clock.MonotonicNow() + BoundTime(plan.timeouts.acquisition), closing};
}

}  // namespace msiv2::tokens
