#include "tokens/bound_token_fetcher.h"

#include <utility>

#include "base/make_key.h"
#include "entra/rejection.h"
#include "http/retry.h"

namespace msiv2::tokens {
namespace {

using Fault = certificates::CertificateService::Fault;

std::string TokenKey(const flow::BoundTokenPlan& plan, const Binding& binding) {
  return MakeKey({binding.certificate->x5t_s256(), plan.attested ? "att=1" : "att=0", Name(plan.type),
                  binding.tenant_id, plan.resource, Name(plan.key_policy.minimum), plan.claims});
}

std::string FlightKeyOf(const flow::BoundTokenPlan& plan, const std::string& certificate_key) {
  return MakeKey(
      {certificate_key, Name(plan.type), plan.resource, Name(plan.key_policy.minimum), plan.claims});
}

}  // namespace

std::string RotationJob(const std::string& certificate_key) { return "rotate|" + certificate_key; }

TokenSlot SlotOf(const flow::BoundTokenPlan& plan, const BindingPtr& binding,
                 const std::string& certificate_key) {
  TokenSlot slot;
  slot.key = TokenKey(plan, *binding);
  slot.renewed_key = slot.key;
  slot.refresh_job = "refresh|" + FlightKeyOf(plan, certificate_key);
  slot.rotation_job = RotationJob(certificate_key);
  slot.binding = binding;
  return slot;
}

TokenTraits BoundTokenFetcher::Traits() const { return TraitsOf(*plan_, plan_->type, "ImdsV2"); }

TokenSpec BoundTokenFetcher::Spec() const {
  return {plan_->resource, plan_->type, plan_->claims, plan_->key_policy.minimum};
}

KnownSlot BoundTokenFetcher::Known() const {
  on_changes_(*plan_, certificates_.DropDeadKeys());
  if (const BindingPtr binding = certificates_.Cached(*plan_)) {
    TokenSlot slot = SlotOf(*plan_, binding, certificates_.SlotKey(*plan_));
    slot.stays_hot = !certificates_.IsNewChallenge(*plan_) && !ports_.keys.HasReports();
    return {std::move(slot)};
  }
  if (plan_->challenge.empty()) return {std::nullopt, MissReason::kNoCertificate};
  flow::BoundTokenPlan unchallenged = *plan_;
  unchallenged.challenge.clear();
  const bool has_another = certificates_.Cached(unchallenged) != nullptr;
  return {std::nullopt, has_another ? MissReason::kClaims : MissReason::kNoCertificate};
}

std::string BoundTokenFetcher::FlightKey() const {
  return FlightKeyOf(*plan_, certificates_.SlotKey(*plan_));
}

Result<TokenSlot> BoundTokenFetcher::Prepare(const FetchContext& context) {
  const BindingPtr cached = certificates_.Cached(*plan_);
  auto issued = certificates_.Get(ContextOf(context));
  on_changes_(*plan_, issued.changes);
  if (!issued.binding) return std::move(issued.binding).error();
  const BindingPtr& binding = *issued.binding;
  if (binding == cached) context.trace.Hit(CacheKind::kCertificate, "certificate from the cache");
  context.stats.UsesKey(binding->certificate->strength(), binding->certificate->origin());
  return SlotOf(*plan_, binding, certificates_.SlotKey(*plan_));
}

TokenAttempt BoundTokenFetcher::Fetch(const FetchContext& context, const TokenSlot& slot,
                                      const cache::CachedToken* /*cached*/) {
  TokenAttempt attempt = flow::FetchToken(ContextOf(context), *slot.binding);  // step 7
  if (attempt.token) on_changes_(*plan_, certificates_.NoteToken(ContextOf(context), slot.binding));
  return attempt;
}

std::optional<std::chrono::milliseconds> BoundTokenFetcher::NextRemedy(const FetchContext& context,
                                                                       const BindingPtr& binding,
                                                                       const TokenAttempt& attempt) {
  const auto delay = remediation_.Next(attempt.token.error(), attempt.verdict, DrawJitter(ports_.random));
  if (binding) {
    on_changes_(*plan_, RetireFaulty(ContextOf(context), certificates_, binding, attempt, delay.has_value()));
  }
  return delay;
}

// A rotation or a refusal may have come while the token was on its way.
bool BoundTokenFetcher::MayCache(const TokenSlot& slot) const {
  return certificates_.IsCurrent(*plan_, *slot.binding);
}

std::shared_ptr<TokenFetcher> BoundTokenFetcher::ForRefresh(Observer* observer) const {
  auto plan = std::make_shared<flow::BoundTokenPlan>(flow::ForBackground(*plan_, observer));
  plan->force_refresh = true;
  return std::shared_ptr<TokenFetcher>(new BoundTokenFetcher(
      ports_, certificates_, on_changes_, std::shared_ptr<const flow::BoundTokenPlan>(plan)));
}

certificates::CertificateChanges RetireFaulty(const flow::AcquisitionContext& acquisition,
                                              certificates::CertificateService& certificates,
                                              const BindingPtr& binding, const TokenAttempt& attempt,
                                              bool tries_again) {
  const Error& error = attempt.token.error();
  const auto& key = binding->certificate->key();
  if (entra::RejectsAttestation(error)) flow::ForgetAttestation(acquisition, key);
  if (error.code == ErrorCode::kKeySignFailed) {
    if (!acquisition.ports.keys.ForgetIfDead(key)) return {};
    return certificates.Retire(acquisition, binding, Fault::kDeadKey);
  }
  if (attempt.verdict == flow::CertificateVerdict::kRefused) {
    return certificates.Retire(acquisition, binding, Fault::kRefused);
  }
  const bool surfaces = attempt.verdict == flow::CertificateVerdict::kMaybeRefused && !tries_again;
  if (attempt.verdict == flow::CertificateVerdict::kDoubtful ||
      (surfaces && entra::DoubtsCertificate(error))) {
    certificates.NoteDoubt(acquisition, *binding);
  }
  // Only where it leads to another try: a network that resets every connection must not cost a certificate a
  // call.
  if (attempt.verdict == flow::CertificateVerdict::kMaybeRefused && tries_again) {
    return certificates.Retire(acquisition, binding, Fault::kSuspected);
  }
  return {};
}

}  // namespace msiv2::tokens
