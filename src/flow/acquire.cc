#include "flow/acquire.h"

#include <algorithm>
#include <utility>

#include "base/make_key.h"
#include "base/wait.h"
#include "entra/rejection.h"
#include "flow/cached_answer.h"
#include "flow/remediation.h"
#include "http/retry.h"

namespace msiv2::flow {
Acquirer::Acquirer(Ports ports)
    : ports_(std::move(ports)),
      bindings_(
          ports_,
          [this](const Plan& plan, const std::string& key, const BindingPtr& binding) {
            PlanRotation(plan, key, binding);
          },
          [this](const Binding& gone) { tokens_.DropOfCertificate(gone.certificate->x5t_s256()); }),
      bearer_(ports_, tokens_, fetches_, rotator_),
      rotator_(ports_.clock, [this](Step step, std::optional<rotation::Rotator::Outcome> outcome) {
        TellOfRenewal(step, outcome);
      }) {}

Result<TokenResult> Acquirer::Acquire(const Plan& plan, const CallContext& call, cache::WarmToken* warm) {
  const std::string binding_key = bindings_.Resolve(plan);
  const std::uint64_t generation = Generation();  // before the look, so that a change meanwhile is seen
  if (auto cached = FindCached(plan, binding_key)) {
    PokeRenewals(plan, binding_key, *cached);
    if (warm != nullptr) *warm = Warm(plan, binding_key, cached, generation);
    return WarmHit(std::move(cached), plan.observer);
  }
  return FetchShared(plan, binding_key, call, WhyMissed(plan, binding_key));
}

Result<TokenResult> Acquirer::Acquire(const V1Plan& plan, const CallContext& call, cache::WarmToken* warm) {
  const std::uint64_t generation = Generation();  // before the look, so that a change meanwhile is seen
  cache::WarmToken answer;
  auto result = bearer_.Acquire(plan, call, &answer);
  answer.generation = generation;
  if (warm != nullptr && !answer.cached.expired()) *warm = std::move(answer);
  return result;
}

/// WhyMissed says why FindCached found no token.
MissReason Acquirer::WhyMissed(const Plan& plan, const std::string& binding_key) const {
  if (plan.force_refresh) return MissReason::kForced;
  if (!plan.token_cache) return MissReason::kOff;
  if (const BindingPtr binding = bindings_.Cached(plan, binding_key)) {
    const bool kept = tokens_.Find(TokenKey(plan, *binding), {}) != nullptr;  // at the epoch none has ended
    return kept ? MissReason::kEnded : MissReason::kAbsent;
  }
  Plan unchallenged = plan;
  unchallenged.challenge.clear();
  return bindings_.Cached(unchallenged, binding_key) ? MissReason::kClaims : MissReason::kNoCertificate;
}

TokenResult Acquirer::WarmHit(cache::CachedTokenPtr cached, Observer* observer) const {
  return CachedAnswer(ports_, std::move(cached), observer);
}

cache::WarmToken Acquirer::Warm(const Plan& plan, const std::string& binding_key,
                                const cache::CachedTokenPtr& cached, std::uint64_t generation) {
  if (bindings_.IsNewChallenge(plan, binding_key)) return {};  // for as long as it rests only
  const auto now = ports_.clock.Now();
  auto due = cached->binding->renew_at;
  if (cached->token->refresh_on) due = std::min(due, *cached->token->refresh_on);
  // What is due is looked after every half minute; until then its hits are as warm as any.
  if (due <= now) due = now + kPokeInterval;
  const auto handle =
      tokens_.Handle(TokenKey(plan, *cached->binding), *cached, cache::WarmTokens::StripeOfThisThread());
  return {handle, generation, std::min(due, cache::ServesUntil(*cached))};
}

std::string Acquirer::TokenKey(const Plan& plan, const Binding& binding) {
  return MakeKey({binding.certificate->x5t_s256(), plan.attested ? "att=1" : "att=0", Name(plan.type),
                  binding.tenant_id, plan.resource, Name(plan.key_policy.floor), plan.claims});
}

std::string Acquirer::FlightKey(const Plan& plan, const std::string& binding_key) {
  return MakeKey({binding_key, Name(plan.type), plan.resource, Name(plan.key_policy.floor), plan.claims});
}

Result<TokenResult> Acquirer::FetchShared(const Plan& plan, const std::string& binding_key,
                                          const CallContext& call, MissReason why) {
  Tally tally;
  const Trace trace(plan.observer, ports_.clock, MakeUuid(ports_.random), &tally);
  trace.Miss(CacheKind::kToken, why);

  bool out_of_time = false;
  const StepContext step{plan, ports_, trace, call, &out_of_time};
  TokenSource source = TokenSource::kNetwork;
  // A call that wants a fresh token must not join one that would do with a cached one. A refresh shares the
  // flight of the calls: one that finds the token ended takes what the refresh brings.
  const bool apart = plan.force_refresh && !plan.in_background;
  const std::string key = FlightKey(plan, binding_key) + (apart ? "|force" : "");
  bool led = false;
  auto token = fetches_.Run(
      key, call, Step::kToken, "another caller's token request",
      [&] {
        led = true;
        auto fetched = FetchCounted(step, source);
        // The failure of a refresh is its own: a call that waited for it tries by itself.
        if (!fetched && (out_of_time || plan.in_background)) fetched.error().out_of_time = true;
        return fetched;
      },
      plan.secrets);
  if (token) {
    // A refresh that this call joined counts as unused otherwise.
    if (!led && !plan.in_background) {
      if (const auto kept = FindCached(plan, bindings_.Resolve(plan))) kept->NoteUse();
    }
    return TokenResult{*std::move(token), source};
  }
  Error error = std::move(token).error();
  if (error.correlation_id.empty()) error.correlation_id = trace.correlation_id();
  return error;
}

cache::CachedTokenPtr Acquirer::FindCached(const Plan& plan, const std::string& binding_key) const {
  if (plan.force_refresh || !plan.token_cache) return nullptr;
  const BindingPtr binding = bindings_.Cached(plan, binding_key);
  return binding ? tokens_.Find(TokenKey(plan, *binding), ports_.clock.Now()) : nullptr;
}

Result<Acquirer::TokenPtr> Acquirer::FetchCounted(const StepContext& step, TokenSource& source) {
  const auto started = ports_.clock.MonotonicNow();
  auto token = Fetch(step, source);
  if (source == TokenSource::kNetwork) {
    step.trace.Count(step.plan.type, started, token ? nullptr : &token.error());
  }
  return token;
}

Result<Acquirer::TokenPtr> Acquirer::Fetch(const StepContext& step, TokenSource& source) {
  // Another caller may have fetched it while this one was on its way into the flight.
  if (const auto cached = FindCached(step.plan, bindings_.Resolve(step.plan))) {
    source = TokenSource::kCache;
    step.trace.Hit(CacheKind::kToken, "another call had just fetched it");
    return cached->token;
  }
  Remediation remediation(step.plan.remediations);
  while (true) {
    BindingPtr binding;
    CertificateVerdict verdict = CertificateVerdict::kNone;
    auto token = FetchOnce(step, source, binding, verdict);
    if (token) return token;
    const auto delay = remediation.Next(token.error(), verdict, DrawJitter(ports_.random));
    if (binding) GiveUp(step, *binding, token.error(), verdict, delay.has_value());
    if (!delay) return remediation.Surfaced(std::move(token).error());
    if (auto ended = WaitToRemedy(step, remediation.Tried(), *delay, token.error()))
      return remediation.Surfaced(*std::move(ended));
  }
}

Result<Acquirer::TokenPtr> Acquirer::FetchOnce(const StepContext& step, TokenSource& source,
                                               BindingPtr& binding, CertificateVerdict& verdict) {
  const BindingPtr kept = bindings_.Cached(step.plan, bindings_.Resolve(step.plan));
  auto got = bindings_.Get(step);
  if (!got) return std::move(got).error();
  binding = *std::move(got);
  if (binding == kept) step.trace.Hit(CacheKind::kCertificate, "certificate from the cache");
  step.trace.UsesKey(binding->certificate->strength(), binding->certificate->origin());
  const std::string binding_key = bindings_.Resolve(step.plan);
  // The identity may have turned out to be one that has tokens already, under another of its ids.
  if (const auto cached = FindCached(step.plan, binding_key)) {
    source = TokenSource::kCache;
    step.trace.Hit(CacheKind::kToken, "the identity has it under another id");
    return cached->token;
  }
  auto token = FetchToken(step, *binding, verdict);  // step 7
  // A rotation or a refusal may have come meanwhile: then the token is the caller's alone.
  if (token && bindings_.IsCurrent(binding_key, *binding)) Keep(step.plan, binding_key, binding, *token);
  return token;
}

void Acquirer::Keep(const Plan& plan, const std::string& binding_key, const BindingPtr& binding,
                    TokenPtr token) {
  if (!plan.token_cache) return;
  const auto cached = std::make_shared<cache::CachedToken>();
  cached->token = std::move(token);
  cached->binding = binding;
  cached->spec = {plan.resource, plan.type, plan.claims, plan.key_policy.floor};
  cached->used = !plan.in_background;
  tokens_.Put(TokenKey(plan, *binding), cached, ports_.clock.Now());
  PlanRefresh(plan, binding_key, cached);
}

/// GiveUp draws the consequences of a failed token request for its binding.
void Acquirer::GiveUp(const StepContext& step, const Binding& binding, const Error& error,
                      CertificateVerdict verdict, bool tries_again) {
  const std::string binding_key = bindings_.Resolve(step.plan);
  const KeyPtr& key = binding.certificate->key();
  const bool dead_key = error.code == ErrorCode::kKeySignFailed;
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
