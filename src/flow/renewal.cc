// Acquirer's work in the background: refreshing tokens, rotating certificates.
#include <utility>
#include <vector>

#include "flow/acquire.h"

namespace msiv2::flow {
namespace {

using JobOutcome = BackgroundJobs::Outcome;

// With less than this left, the new certificate serves even where some of its tokens could not be fetched.
constexpr std::chrono::hours kPatience{1};

Plan ForSpec(Plan plan, const TokenSpec& spec) {
  plan.resource = spec.resource;
  plan.type = spec.type;
  plan.claims = spec.claims;
  plan.key_policy.floor = spec.floor;
  return plan;
}

}  // namespace

void Acquirer::RenewInBackground(const Plan& plan, const std::string& binding_key, const BindingPtr& binding,
                                 const AccessToken& token) {
  const auto now = ports_.clock.Now();
  // A rotation fetches the tokens as well; only while it rests after a failure are they refreshed on their
  // own.
  if (now >= binding->renew_at && jobs_.Begin("rotate|" + binding_key, [this, plan, binding_key, binding](
                                                                           const CancellationToken& closing) {
        return Rotate(plan, binding_key, *binding, closing);
      })) {
    return;
  }
  if (token.refresh_on && now >= *token.refresh_on) {
    jobs_.Begin("refresh|" + FlightKey(plan, binding_key),
                [this, plan, binding_key](const CancellationToken& closing) {
                  return Refresh(plan, binding_key, closing);
                });
  }
}

CallContext Acquirer::InBackground(const Plan& plan, const CancellationToken& closing) const {
  return {&ports_.clock, ports_.clock.MonotonicNow() + plan.timeouts.acquisition, closing};
}

BackgroundJobs::Outcome Acquirer::Refresh(Plan plan, const std::string& binding_key,
                                          const CancellationToken& closing) {
  plan.force_refresh = true;
  const auto token = FetchShared(plan, binding_key, InBackground(plan, closing));
  return token ? JobOutcome::kDone : JobOutcome::kFailed;
}

BackgroundJobs::Outcome Acquirer::Rotate(Plan plan, const std::string& binding_key, const Binding& current,
                                         const CancellationToken& closing) {
  plan.key_policy.floor = KeyTier::kNone;
  plan.challenge.clear();
  const CallContext call = InBackground(plan, closing);
  const Trace trace(ports_.observer, ports_.clock, MakeUuid(ports_.random));
  const StepContext step{plan, ports_, trace, call};
  const auto next = bindings_.Prepare(step, binding_key, current);
  if (!next) return JobOutcome::kFailed;
  if (*next == nullptr) return JobOutcome::kTooEarly;

  const std::string& old_thumbprint = current.certificate->x5t_s256();
  const bool may_wait = current.certificate->not_after() > ports_.clock.Now() + kPatience;
  std::vector<std::pair<Plan, TokenPtr>> fetched;
  for (const TokenSpec& spec : tokens_.OfCertificate(old_thumbprint, ports_.clock.Now())) {
    Plan of_spec = ForSpec(plan, spec);
    CertificateVerdict verdict = CertificateVerdict::kNone;
    auto token = FetchToken({of_spec, ports_, trace, call}, **next, verdict);
    if (token) {
      fetched.emplace_back(std::move(of_spec), *std::move(token));
      continue;
    }
    if (verdict != CertificateVerdict::kNone) {
      bindings_.GiveUp(step, binding_key, **next, BindingSource::Reason::kRefused);
      return JobOutcome::kFailed;
    }
    if (may_wait && token.error().retryable) return JobOutcome::kFailed;  // what was prepared is kept
  }
  for (auto& [of_spec, token] : fetched) Keep(of_spec, **next, std::move(token));
  bindings_.Publish(step, binding_key, *next);
  tokens_.DropOfCertificate(old_thumbprint);
  trace.Rotated(fetched.size(), (*next)->certificate->x5t_s256());
  return JobOutcome::kDone;
}

}  // namespace msiv2::flow
