#include "flow/bearer.h"

#include <algorithm>
#include <utility>

#include "base/begin_call.h"
#include "base/json.h"
#include "base/make_key.h"
#include "flow/cached_answer.h"
#include "x509/digest.h"

namespace msiv2::flow {
namespace {

using Renewed = rotation::Rotator::Outcome;

const char* Word(ManagedIdentityId::Kind kind) {
  switch (kind) {
    case ManagedIdentityId::Kind::kSystemAssigned:
      return "system";
    case ManagedIdentityId::Kind::kClientId:
      return "client";
    case ManagedIdentityId::Kind::kObjectId:
      return "object";
    case ManagedIdentityId::Kind::kResourceId:
      return "resource";
  }
  return "system";
}

// Whoever has the same key may be served the same token: all that the source is told, but its secret, which
// another process of this host might have changed.
std::string TokenKey(const V1Plan& plan) {
  return MakeKey({"v1", Name(plan.source->id), plan.target.endpoint, plan.target.server_pin,
                  plan.target.tenant_id, plan.target.client_id, plan.target.file, Word(plan.identity.kind()),
                  plan.identity.id(), plan.resource, plan.claims, plan.challenge});
}

// The same request from a caller whose token was not refused.
V1Plan WithoutClaims(V1Plan plan) {
  plan.challenge.clear();
  plan.claims = MergeClaims("", plan.capabilities).value_or("");
  return plan;
}

// What a caller with claims uses is renewed as that of a caller without.
std::string RefreshKey(const V1Plan& plan) { return "refresh|" + TokenKey(WithoutClaims(plan)); }

}  // namespace

Result<TokenResult> BearerAcquirer::Acquire(const V1Plan& plan, const CallContext& call,
                                            cache::WarmToken* warm) {
  if (auto cached = FindCached(plan)) return Hit(plan, std::move(cached), warm);
  return FetchShared(plan, call, WhyMissed(plan));
}

cache::CachedTokenPtr BearerAcquirer::FindCached(const V1Plan& plan) const {
  return plan.force_refresh || !plan.token_cache ? nullptr : Kept(plan);
}

// An entry under claims says that its token came after them. What serves requests without claims may have
// been asked for later still, since it alone is renewed. A source that is told the claims answered those with
// this very token.
cache::CachedTokenPtr BearerAcquirer::Kept(const V1Plan& plan) const {
  const auto now = ports_.clock.Now();
  auto cached = tokens_.Find(TokenKey(plan), now);
  const bool told = plan.source->id == MsiSource::kWorkloadIdentity;
  if (cached == nullptr || plan.challenge.empty() || told) return cached;
  auto renewed = tokens_.Find(TokenKey(WithoutClaims(plan)), now);
  if (renewed == nullptr || renewed->asked_at <= cached->asked_at) return cached;
  tokens_.Put(TokenKey(plan), renewed, now);
  return renewed;
}

MissReason BearerAcquirer::WhyMissed(const V1Plan& plan) const {
  if (plan.force_refresh) return MissReason::kForced;
  if (!plan.token_cache) return MissReason::kOff;
  if (tokens_.Find(TokenKey(plan), {}) != nullptr) return MissReason::kEnded;  // at the epoch none has ended
  return plan.challenge.empty() ? MissReason::kAbsent : MissReason::kClaims;
}

TokenResult BearerAcquirer::Hit(const V1Plan& plan, cache::CachedTokenPtr cached, cache::WarmToken* warm) {
  cached->NoteUse();  // before the renewal looks: an unused token is let go
  const auto now = ports_.clock.Now();
  auto due = cached->token->refresh_on.value_or(cached->token->expires_on);
  if (now >= due) {
    rotator_.Poke(RefreshKey(plan));
    due = now + kPokeInterval;
  }
  if (warm != nullptr) {
    warm->cached = tokens_.Handle(TokenKey(plan), *cached, cache::WarmTokens::StripeOfThisThread());
    warm->until = std::min(due, cache::ServesUntil(*cached));
  }
  return CachedAnswer(ports_, std::move(cached), plan.observer);
}

Result<TokenResult> BearerAcquirer::FetchShared(const V1Plan& plan, const CallContext& call, MissReason why) {
  Tally tally;
  tally.source = Name(plan.source->id);
  const Trace trace(plan.observer, ports_.clock, MakeUuid(ports_.random), &tally);
  trace.Miss(CacheKind::kToken, why);

  bool out_of_time = false;
  const BearerContext bearer{plan, ports_, trace, call, RefusedToken(plan), &out_of_time};
  TokenSource source = TokenSource::kNetwork;
  // As in Acquirer: a call that wants a fresh token joins nobody who would do with a cached one.
  const bool apart = plan.force_refresh && !plan.in_background;
  const std::string key = TokenKey(plan) + (apart ? "|force" : "");
  bool led = false;
  auto token = fetches_.Run(
      key, call, Step::kToken, "another caller's token request",
      [&] {
        led = true;
        auto fetched = Fetch(bearer, source);
        if (!fetched && (out_of_time || plan.in_background)) fetched.error().out_of_time = true;
        return fetched;
      },
      plan.secrets);
  if (token) {
    if (!led && !plan.in_background) {
      if (const auto kept = FindCached(plan)) kept->NoteUse();
    }
    return TokenResult{*std::move(token), source};
  }
  Error error = std::move(token).error();
  // The end of a wait for another caller says nothing about MSI v2 either.
  if (error.kind == ErrorKind::kMsiV2) error.kind = ErrorKind::kService;
  if (error.correlation_id.empty()) error.correlation_id = trace.correlation_id();
  if (error.source.empty()) error.source = Name(plan.source->id);
  return error;
}

Result<BearerAcquirer::TokenPtr> BearerAcquirer::Fetch(const BearerContext& bearer, TokenSource& source) {
  // Another caller may have fetched it while this one was on its way into the flight.
  if (const auto cached = FindCached(bearer.plan)) {
    source = TokenSource::kCache;
    bearer.trace.Hit(CacheKind::kToken, "another call had just fetched it");
    return cached->token;
  }
  const auto started = ports_.clock.MonotonicNow();
  auto token = RequestBearer(bearer);
  bearer.trace.Count(TokenType::kBearer, started, token ? nullptr : &token.error());
  if (token) Keep(bearer.plan, *token, started);
  return token;
}

// The hash of the token that the claims are about: the source is not to hand it out again from its own cache.
std::string BearerAcquirer::RefusedToken(const V1Plan& plan) const {
  if (plan.challenge.empty() || plan.in_background) return {};
  auto refused = Kept(plan);  // there when a refresh is forced
  if (refused == nullptr) refused = Kept(WithoutClaims(plan));
  return refused == nullptr ? std::string() : x509::Sha256Hex(AsBytes(refused->token->secret.Reveal()));
}

void BearerAcquirer::Keep(const V1Plan& plan, const TokenPtr& token,
                          std::chrono::steady_clock::time_point asked_at) {
  if (!plan.token_cache) return;
  const V1Plan plain = WithoutClaims(plan);
  const auto cached = std::make_shared<cache::CachedToken>();
  cached->token = token;
  cached->spec = {plan.resource, TokenType::kBearer, plain.claims, KeyTier::kNone};
  cached->asked_at = asked_at;
  cached->used = !plan.in_background;
  tokens_.Put(TokenKey(plain), cached, ports_.clock.Now());
  if (!plan.challenge.empty()) tokens_.Put(TokenKey(plan), cached, ports_.clock.Now());
  PlanRefresh(plain, cached);
}

void BearerAcquirer::PlanRefresh(const V1Plan& plan, const cache::CachedTokenPtr& cached) {
  if (!cached->token->refresh_on) return;
  V1Plan renewal = plan;
  renewal.force_refresh = true;
  renewal.in_background = true;
  renewal.observer = ports_.observer;  // the caller's may be gone by then
  rotator_.Schedule(
      RefreshKey(plan), Step::kToken, *cached->token->refresh_on,
      [this, renewal = std::move(renewal), old = std::weak_ptr<const cache::CachedToken>(cached)](
          const CancellationToken& closing) { return Refresh(renewal, old, closing); });
}

Renewed BearerAcquirer::Refresh(const V1Plan& plan, const std::weak_ptr<const cache::CachedToken>& old,
                                const CancellationToken& closing) {
  const auto cached = old.lock();
  const std::string key = TokenKey(plan);
  if (!cached || !tokens_.Holds(key, *cached)) return Renewed::kDone;
  if (ports_.clock.Now() >= cache::ServesUntil(*cached)) return Renewed::kDone;  // the next call fetches
  if (!cached->used.exchange(false)) return Renewed::kUnused;
  const auto deadline = ports_.clock.MonotonicNow() + BoundTime(plan.timeouts.acquisition);
  const CallContext call{&ports_.clock, deadline, closing};
  const auto fetched = FetchShared(plan, call, MissReason::kDue);
  if (fetched && !tokens_.Holds(key, *cached)) return Renewed::kDone;
  cached->NoteUse();  // so that it is tried again
  return Renewed::kFailed;
}

}  // namespace msiv2::flow
