#include "flow/acquire.h"

#include <utility>

#include "base/wait.h"
#include "cache/cache_key.h"
#include "entra/rejection.h"
#include "flow/remediation.h"
#include "http/retry.h"

namespace msiv2::flow {
namespace {

std::string TokenKey(const Plan& plan, const Binding& binding) {
  return cache::MakeKey({binding.certificate->x5t_s256(), plan.attested ? "att=1" : "att=0", Name(plan.type),
                         binding.tenant_id, plan.resource, Name(plan.key_policy.floor), plan.claims});
}

}  // namespace

Result<TokenResult> Acquirer::Acquire(const Plan& plan, const CallContext& call) {
  const std::string binding_key = BindingKey(plan);
  BindingPtr binding;
  if (TokenPtr token = CachedToken(plan, binding_key, binding)) {
    RenewInBackground(plan, binding_key, binding, *token);
    Trace(ports_.observer, ports_.clock, "").Hit(CacheKind::kToken, "token from the cache");
    return TokenResult{std::move(token), TokenSource::kCache};
  }
  return FetchShared(plan, binding_key, call, WhyMissed(plan, binding_key, binding));
}

/// WhyMissed says why CachedToken, which found `binding`, found no token.
MissReason Acquirer::WhyMissed(const Plan& plan, const std::string& binding_key,
                               const BindingPtr& binding) const {
  if (plan.force_refresh) return MissReason::kForced;
  if (!plan.token_cache) return MissReason::kOff;
  if (binding) {
    const bool kept = tokens_.Find(TokenKey(plan, *binding), {}) != nullptr;  // at the epoch none has ended
    return kept ? MissReason::kEnded : MissReason::kAbsent;
  }
  Plan unchallenged = plan;
  unchallenged.challenge.clear();
  return bindings_.Cached(unchallenged, binding_key) ? MissReason::kClaims : MissReason::kNoCertificate;
}

std::string Acquirer::FlightKey(const Plan& plan, const std::string& binding_key) {
  return cache::MakeKey({binding_key, Name(plan.type), plan.resource, Name(plan.key_policy.floor),
                         plan.claims, plan.force_refresh ? "force" : ""});
}

Result<TokenResult> Acquirer::FetchShared(const Plan& plan, const std::string& binding_key,
                                          const CallContext& call, MissReason why) {
  Tally tally;
  const Trace trace(ports_.observer, ports_.clock, MakeUuid(ports_.random), &tally);
  trace.Miss(CacheKind::kToken, why);

  bool out_of_time = false;
  const StepContext step{plan, ports_, trace, call, &out_of_time};
  TokenSource source = TokenSource::kNetwork;
  const std::string key = FlightKey(plan, binding_key);
  auto token = fetches_.Run(key, call, Step::kToken, "another caller's token request", [&] {
    auto fetched = FetchCounted(step, binding_key, source);
    if (!fetched && out_of_time) fetched.error().out_of_time = true;
    return fetched;
  });
  if (token) return TokenResult{*std::move(token), source};
  Error error = std::move(token).error();
  if (error.correlation_id.empty()) error.correlation_id = trace.correlation_id();
  return error;
}

Acquirer::TokenPtr Acquirer::CachedToken(const Plan& plan, const std::string& binding_key,
                                         BindingPtr& binding) const {
  if (plan.force_refresh || !plan.token_cache) return nullptr;
  binding = bindings_.Cached(plan, binding_key);
  return binding ? tokens_.Find(TokenKey(plan, *binding), ports_.clock.Now()) : nullptr;
}

Result<Acquirer::TokenPtr> Acquirer::FetchCounted(const StepContext& step, const std::string& binding_key,
                                                  TokenSource& source) {
  const auto started = ports_.clock.MonotonicNow();
  auto token = Fetch(step, binding_key, source);
  if (source == TokenSource::kNetwork) {
    step.trace.Count(step.plan.type, started, token ? nullptr : &token.error());
  }
  return token;
}

Result<Acquirer::TokenPtr> Acquirer::Fetch(const StepContext& step, const std::string& binding_key,
                                           TokenSource& source) {
  // Another caller may have fetched it while this one was on its way into the flight.
  BindingPtr cached;
  if (TokenPtr token = CachedToken(step.plan, binding_key, cached)) {
    source = TokenSource::kCache;
    step.trace.Hit(CacheKind::kToken, "another call had just fetched it");
    return token;
  }
  Remediation remediation(step.plan.remediations);
  while (true) {
    BindingPtr binding;
    CertificateVerdict verdict = CertificateVerdict::kNone;
    auto token = FetchOnce(step, binding_key, binding, verdict);
    if (token) return token;
    const auto delay = remediation.Next(token.error(), verdict, DrawJitter(ports_.random));
    if (binding) GiveUp(step, binding_key, *binding, token.error(), verdict, delay.has_value());
    if (!delay) return remediation.Surfaced(std::move(token).error());
    if (auto ended = WaitToRemedy(step, remediation.Tried(), *delay, token.error()))
      return remediation.Surfaced(*std::move(ended));
  }
}

Result<Acquirer::TokenPtr> Acquirer::FetchOnce(const StepContext& step, const std::string& binding_key,
                                               BindingPtr& binding, CertificateVerdict& verdict) {
  const BindingPtr kept = bindings_.Cached(step.plan, binding_key);
  auto got = bindings_.Get(step, binding_key);
  if (!got) return std::move(got).error();
  binding = *std::move(got);
  if (binding == kept) step.trace.Hit(CacheKind::kCertificate, "certificate from the cache");
  step.trace.UsesKey(binding->certificate->strength(), binding->certificate->origin());
  auto token = FetchToken(step, *binding, verdict);  // step 7
  if (token) Keep(step.plan, *binding, *token);
  return token;
}

void Acquirer::Keep(const Plan& plan, const Binding& binding, TokenPtr token) {
  if (!plan.token_cache) return;
  tokens_.Put(TokenKey(plan, binding),
              {std::move(token),
               binding.certificate->x5t_s256(),
               {plan.resource, plan.type, plan.claims, plan.key_policy.floor}},
              ports_.clock.Now());
}

/// GiveUp draws the consequences of a failed token request for its binding.
void Acquirer::GiveUp(const StepContext& step, const std::string& binding_key, const Binding& binding,
                      const Error& error, CertificateVerdict verdict, bool tries_again) {
  const KeyPtr& key = binding.certificate->key();
  const bool dead_key = error.code == ErrorCode::kKeySignFailed;
  if (dead_key || verdict == CertificateVerdict::kRefused) {
    tokens_.DropOfCertificate(binding.certificate->x5t_s256());
  }
  if (entra::RejectsAttestation(error)) ForgetAttestation(step, key);
  if (dead_key) {
    ports_.keys.Forget(key);
    bindings_.GiveUp(step, binding_key, binding, BindingSource::Reason::kDeadKey);
  } else if (verdict == CertificateVerdict::kRefused) {
    bindings_.GiveUp(step, binding_key, binding, BindingSource::Reason::kRefused);
  } else if (verdict == CertificateVerdict::kMaybeRefused && tries_again) {
    // Only when it leads to something: a network that resets every connection must not cost a certificate a
    // call.
    bindings_.GiveUp(step, binding_key, binding, BindingSource::Reason::kSuspected);
  }
}

/// WaitToRemedy waits before a remedy; an error when the call ends first, `failure` when it would.
std::optional<Error> Acquirer::WaitToRemedy(const StepContext& step, int remedy,
                                            std::chrono::milliseconds delay, const Error& failure) const {
  const auto now = ports_.clock.MonotonicNow();
  if (now >= step.call.deadline || delay >= step.call.deadline - now) {
    Error surfaced = failure;
    surfaced.out_of_time = true;
    return surfaced;
  }
  step.trace.Remedying(remedy, delay, failure);
  if (delay.count() > 0) ports_.clock.SleepUntil(now + delay, step.call.cancellation);
  return CheckCall(step.call, Step::kToken);
}

}  // namespace msiv2::flow
