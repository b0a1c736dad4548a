// Acquirer's work in the background: refreshing tokens, rotating certificates.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/begin_call.h"
#include "flow/acquire.h"

namespace msiv2::flow {
namespace {

using Renewed = rotation::Rotator::Outcome;

// With less than this left, the new certificate serves even where some of its tokens could not be fetched.
constexpr std::chrono::hours kPatience{1};

std::string RotationKey(const std::string& binding_key) { return "rotate|" + binding_key; }
std::string RefreshKey(const std::string& flight_key) { return "refresh|" + flight_key; }

Plan ForSpec(Plan plan, const TokenSpec& spec) {
  plan.resource = spec.resource;
  plan.type = spec.type;
  plan.claims = spec.claims;
  plan.key_policy.floor = spec.floor;
  return plan;
}

// The plan of a renewal: whatever the caller asked for beyond the thing itself is not asked for again, and
// the caller's observer may be gone by then.
Plan ForRenewal(Plan plan, bool force_refresh, Observer* observer) {
  plan.challenge.clear();
  plan.force_refresh = force_refresh;
  plan.in_background = true;
  plan.observer = observer;
  return plan;
}

}  // namespace

void Acquirer::PlanRotation(const Plan& plan, const std::string& binding_key, const BindingPtr& binding) {
  Plan renewal = ForRenewal(plan, /*force_refresh=*/false, ports_.observer);
  renewal.key_policy.floor = binding->certificate->strength();  // never a weaker one in its place
  renewal.token_cache = true;  // the tokens of others who share the certificate are renewed with it
  rotator_.Schedule(
      RotationKey(binding_key), Step::kCertificate, binding->renew_at,
      [this, renewal = std::move(renewal), binding_key, binding](const CancellationToken& closing) {
        return Rotate(renewal, binding_key, *binding, closing);
      });
}

void Acquirer::PlanRefresh(const Plan& plan, const std::string& binding_key,
                           const cache::CachedTokenPtr& cached) {
  if (!cached->token->refresh_on) return;
  const std::weak_ptr<const cache::CachedToken> token = cached;
  rotator_.Schedule(
      RefreshKey(FlightKey(plan, binding_key)), Step::kToken, *cached->token->refresh_on,
      [this, plan = ForRenewal(plan, /*force_refresh=*/true, ports_.observer), binding_key,
       token](const CancellationToken& closing) { return Refresh(plan, binding_key, token, closing); },
      RotationKey(binding_key));
}

/// PokeRenewals begins what is due of a token that is in use.
void Acquirer::PokeRenewals(const Plan& plan, const std::string& binding_key,
                            const cache::CachedToken& cached) {
  cached.NoteUse();
  const auto now = ports_.clock.Now();
  // A rotation fetches the tokens as well; only while it rests after a failure are they refreshed on their
  // own.
  if (now >= cached.binding->renew_at && rotator_.Poke(RotationKey(binding_key))) return;
  if (cached.token->refresh_on && now >= *cached.token->refresh_on) {
    rotator_.Poke(RefreshKey(FlightKey(plan, binding_key)));
  }
}

CallContext Acquirer::InBackground(const Plan& plan, const CancellationToken& closing) const {
  return {&ports_.clock, ports_.clock.MonotonicNow() + BoundTime(plan.timeouts.acquisition), closing};
}

Renewed Acquirer::Refresh(const Plan& plan, const std::string& binding_key,
                          const std::weak_ptr<const cache::CachedToken>& old,
                          const CancellationToken& closing) {
  if (ports_.is_disabled()) return Renewed::kFailed;
  const auto cached = old.lock();
  const bool is_kept = cached && tokens_.Holds(TokenKey(plan, *cached->binding), *cached);
  if (!is_kept || ports_.clock.Now() >= cache::ServesUntil(*cached)) return Renewed::kDone;
  if (!cached->used.exchange(false)) return Renewed::kUnused;
  const auto fetched = FetchShared(plan, binding_key, InBackground(plan, closing));
  // What a call of the same flight brought may not have been kept.
  if (fetched && !tokens_.Holds(TokenKey(plan, *cached->binding), *cached)) return Renewed::kDone;
  cached->NoteUse();  // so that it is tried again
  return Renewed::kFailed;
}

Renewed Acquirer::Rotate(const Plan& plan, const std::string& binding_key, const Binding& current,
                         const CancellationToken& closing) {
  if (ports_.is_disabled()) return Renewed::kFailed;
  if (!bindings_.IsCurrent(binding_key, current))
    return Renewed::kDone;  // another serves, or its mint is due
  const auto not_after = current.certificate->not_after();
  if (ports_.clock.Now() >= not_after) return Renewed::kDone;  // the next call mints
  const CallContext call = InBackground(plan, closing);
  const Trace trace(ports_.observer, ports_.clock, MakeUuid(ports_.random));
  const StepContext step{plan, ports_, trace, call};
  const auto next = bindings_.Prepare(step, binding_key, current);
  if (!next) return Renewed::kFailed;
  if (*next == nullptr) return Renewed::kTooEarly;

  const bool may_wait = not_after > ports_.clock.Now() + kPatience;
  const auto specs = tokens_.OfCertificate(current.certificate->x5t_s256(), ports_.clock.Now());
  std::size_t carried = 0;
  for (const TokenSpec& spec : specs) {
    const Plan of_spec = ForSpec(plan, spec);
    // Kept under the new certificate at once: nobody is answered with it before that serves, and an attempt
    // that ends half-way need not fetch it again.
    if (tokens_.Find(TokenKey(of_spec, **next), ports_.clock.Now())) {
      ++carried;
      continue;
    }
    const CallContext of_token = InBackground(plan, closing);
    const StepContext token_step{of_spec, ports_, trace, of_token};
    CertificateVerdict verdict = CertificateVerdict::kNone;
    auto token = FetchToken(token_step, **next, verdict);
    if (token) {
      Keep(of_spec, binding_key, *next, *std::move(token));
      ++carried;
      continue;
    }
    if (verdict == CertificateVerdict::kRefused || token.error().code == ErrorCode::kKeySignFailed) {
      GiveUp(token_step, **next, token.error(), verdict, /*tries_again=*/true);
      return Renewed::kFailed;
    }
    if (may_wait && (token.error().retryable || verdict != CertificateVerdict::kNone))
      return Renewed::kFailed;
  }
  if (bindings_.Publish(step, binding_key, current, *next)) {
    trace.Rotated(carried, (*next)->certificate->x5t_s256());
  } else if (!bindings_.IsCurrent(binding_key, **next)) {
    tokens_.DropOfCertificate((*next)->certificate->x5t_s256());  // another serves already
  }
  return Renewed::kDone;
}

void Acquirer::TellOfRenewal(Step step, std::optional<rotation::Rotator::Outcome> outcome) const {
  Trace(ports_.observer, ports_.clock, "").Renewal(step, outcome);
}

}  // namespace msiv2::flow
