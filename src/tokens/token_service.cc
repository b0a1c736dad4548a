#include "tokens/token_service.h"

#include <algorithm>
#include <utility>

#include "base/begin_call.h"
#include "base/uuid.h"
#include "base/wait.h"
#include "flow/remediation.h"
#include "model/lifetimes.h"

namespace msiv2::tokens {
namespace {

// How often hits of a token that is due start its renewal.
constexpr std::chrono::seconds kRenewalCheckInterval{30};

// A token is of no use without its certificate.
std::chrono::system_clock::time_point EndOf(const AccessToken& token) {
  return token.binding ? std::min(token.expires_on, token.binding->not_after()) : token.expires_on;
}

bool MayFind(const TokenTraits& traits) { return !traits.force_refresh && traits.token_cache; }

// The clock was set while the token was on its way.
Error EndedOnItsWay() {
  Error error(ErrorCode::kTokenRequestFailed, Step::kToken, "the token had expired when it arrived, twice");
  error.retryable = true;
  return error;
}

}  // namespace

Acquired TokenService::Acquire(TokenFetcher& fetcher, const CallContext& call) {
  const auto began = ports_.clock.MonotonicNow();
  const TokenTraits traits = fetcher.Traits();
  if (!traits.rejected_token_sha256.empty() && rejected_.Add(traits.rejected_token_sha256)) {
    DropRejected();
  }
  const KnownSlot known = fetcher.Known();
  if (auto cached = Find(traits, known.slot)) return Hit(traits, *known.slot, std::move(cached));

  const flow::Trace trace(traits.observer, ports_.clock, MakeUuid(ports_.random));
  flow::AcquisitionStats stats(traits.observer, ports_.clock, traits.source, trace.correlation_id());
  trace.Miss(CacheKind::kToken, WhyMissed(traits, known));

  FlightOutcome flight = FetchOrJoin(fetcher, traits, {trace, call, stats});
  while (flight.result && !flight.from_cache && !IsUsableFor(traits, began, *flight.result)) {
    flight = FetchOrJoin(fetcher, traits, {trace, call, stats});
  }
  auto& [result, from_cache] = flight;
  if (result) {
    if (!from_cache && !traits.in_background) {  // a refresh that this call joined counts as unused otherwise
      if (const auto cached = FindAgain(fetcher, traits)) cached->NoteUse();
    }
    return {TokenResult{std::move(result->token), from_cache.value_or(false)}, std::nullopt};
  }
  Error error = fetcher.Explain(std::move(result).error());
  if (error.correlation_id.empty()) error.correlation_id = trace.correlation_id();
  return {std::move(error), std::nullopt};
}

std::optional<Acquired> TokenService::FindCached(TokenFetcher& fetcher) {
  const TokenTraits traits = fetcher.Traits();
  if (!traits.rejected_token_sha256.empty() || ports_.keys.HasReports()) return std::nullopt;
  const KnownSlot known = fetcher.Known();
  auto cached = Find(traits, known.slot);
  if (cached == nullptr) return std::nullopt;
  return Hit(traits, *known.slot, std::move(cached));
}

// ---- hits ----------------------------------------------------------------------------------------------

cache::CachedTokenPtr TokenService::Find(const TokenTraits& traits, const std::optional<TokenSlot>& slot) {
  return MayFind(traits) && slot ? FindIn(*slot) : nullptr;
}

/// FindAgain does what Find does, for the slot that the fetcher knows by now.
cache::CachedTokenPtr TokenService::FindAgain(const TokenFetcher& fetcher, const TokenTraits& traits) {
  return MayFind(traits) ? Find(traits, fetcher.Known().slot) : nullptr;
}

cache::CachedTokenPtr TokenService::FindIn(const TokenSlot& slot) {
  const auto now = ports_.clock.Now();
  auto cached = cache_.Find(slot.key, now);
  if (cached == nullptr || !slot.follows_renewed) return cached;
  auto renewed = cache_.Find(slot.renewed_key, now);
  if (renewed == nullptr || renewed->asked_at <= cached->asked_at) return cached;
  cache_.Put(slot.key, renewed, now);
  if (rejected_.Contains(renewed->token->secret)) DropRejected();  // it was refused meanwhile
  return renewed;
}

void TokenService::DropRejected() {
  cache_.DropIf([&](const AccessToken& token) { return rejected_.Contains(token.secret); });
}

/// WhyMissed says why Find found no token.
MissReason TokenService::WhyMissed(const TokenTraits& traits, const KnownSlot& known) const {
  if (traits.in_background) return MissReason::kDue;
  if (traits.force_refresh) return MissReason::kForced;
  if (!traits.token_cache) return MissReason::kOff;
  const bool has_expired =
      known.slot && cache_.Find(known.slot->key, {}) != nullptr;  // none has at the epoch
  return has_expired ? MissReason::kEnded : known.if_absent;
}

Acquired TokenService::Hit(const TokenTraits& traits, const TokenSlot& slot, cache::CachedTokenPtr cached) {
  StartDueRenewals(slot, *cached);
  std::optional<cache::HotToken> hot;
  if (slot.stays_hot) {
    const auto now = ports_.clock.Now();
    auto due = cached->token->refresh_on.value_or(cached->token->expires_on);
    if (cached->binding) due = std::min(due, cached->binding->renew_at);
    // A hit starts what is due, once in a while; until then the token is as hot as any.
    if (due <= now) due = now + kRenewalCheckInterval;
    auto handle = cache_.Handle(slot.key, *cached, cache::HotTokenIndex::ShardOfThisThread());
    if (handle) hot = {.cached = handle, .until = std::min(due, cache::ServesUntil(*cached))};
  }
  return {HotHit(std::move(cached), traits.observer), std::move(hot)};
}

void TokenService::TellHit(Observer& observer) const {
  flow::Trace(&observer, ports_.clock, "").Hit(CacheKind::kToken, "token from the cache");
}

// ---- flights -------------------------------------------------------------------------------------------

/// FetchOrJoin fetches the token, or waits for a call that fetches it already.
TokenService::FlightOutcome TokenService::FetchOrJoin(TokenFetcher& fetcher, const TokenTraits& traits,
                                                      const FetchContext& context) {
  // A call that wants a fresh token must not join one that accepts a cached one. A refresh in the background
  // shares the flight of the calls: a call that finds the token expired takes what the refresh returns.
  const bool apart = traits.force_refresh && !traits.in_background;
  std::optional<bool> from_cache;
  auto result = flights_.Run(
      fetcher.FlightKey() + (apart ? "|force" : ""), context.call, Step::kToken,
      "another caller's token request",
      [&]() -> Result<FlightResult> {
        const auto began = ports_.clock.MonotonicNow();
        Fetched fetched = Fetch(fetcher, traits, context);
        from_cache = fetched.from_cache;
        if (fetched.attempt.token) return FlightResult{*std::move(fetched.attempt.token), began};
        // The failure of a refresh is its own: a call that waited for it tries by itself.
        if (traits.in_background) fetched.attempt.token.error().out_of_time = true;
        return std::move(fetched.attempt.token).error();
      },
      *traits.secrets);
  return {std::move(result), from_cache};
}

/// IsUsableFor returns true if `result`, of another call's flight, is an answer for this call. A token that
/// was asked for after this call began is as good as one that this call would ask for.
bool TokenService::IsUsableFor(const TokenTraits& traits, std::chrono::steady_clock::time_point call_began,
                               const FlightResult& result) const {
  const bool is_new = result.began >= call_began;
  const bool names_one = !traits.rejected_token_sha256.empty();
  if (names_one && !is_new && rejected_.Contains(result.token->secret)) return false;
  const auto left = EndOf(*result.token) - ports_.clock.Now();
  return left > (is_new ? std::chrono::seconds(0) : kExpiryMargin);
}

// ---- misses --------------------------------------------------------------------------------------------

TokenService::Fetched TokenService::Fetch(TokenFetcher& fetcher, const TokenTraits& traits,
                                          const FetchContext& context) {
  // Another caller may have fetched it while this one was on its way into the flight.
  if (const auto cached = FindAgain(fetcher, traits)) {
    context.trace.Hit(CacheKind::kToken, "another call had just fetched it");
    return {{cached->token}, /*from_cache=*/true};
  }
  const auto started = ports_.clock.MonotonicNow();
  int remedies = 0;
  bool ended_before = false;
  while (true) {
    const auto slot = fetcher.Prepare(context);
    // The identity may have turned out to be one that has tokens already, under another of its ids.
    if (const auto cached = slot ? Find(traits, *slot) : nullptr) {
      context.trace.Hit(CacheKind::kToken, "the identity has it under another id");
      return {{cached->token}, /*from_cache=*/true};
    }
    TokenAttempt attempt =
        slot ? fetcher.Fetch(context, *slot, PassedOver(*slot).get()) : TokenAttempt{slot.error()};
    const bool has_ended = attempt.token && EndOf(**attempt.token) <= ports_.clock.Now();
    if (has_ended && !std::exchange(ended_before, true)) continue;
    if (has_ended) attempt.token = EndedOnItsWay();
    if (attempt.token) {
      // A token that may not be cached is this caller's alone.
      if (fetcher.MayCache(*slot)) Store(fetcher, *slot, *attempt.token, started);
      context.stats.Count(traits.type, started, nullptr);
      return {std::move(attempt)};
    }
    Error& error = attempt.token.error();
    const auto delay = fetcher.NextRemedy(context, slot ? slot->binding : nullptr, attempt);
    if (delay) {
      auto ended = WaitToRemedy(context, ++remedies, *delay, error);
      if (!ended) continue;
      error = *std::move(ended);
    }
    error = fetcher.Explain(flow::WithRemedies(std::move(error), remedies));
    context.stats.Count(traits.type, started, &error);
    return {std::move(attempt)};
  }
}

/// PassedOver returns what the cache holds for a slot whose request wants another token; null for nothing.
cache::CachedTokenPtr TokenService::PassedOver(const TokenSlot& slot) {
  auto cached = FindIn(slot);
  return cached != nullptr ? cached : cache_.Find(slot.renewed_key, ports_.clock.Now());
}

/// WaitToRemedy waits before a remedy. It returns an error if the call ends first: `failure` where the delay
/// is longer than the call.
std::optional<Error> TokenService::WaitToRemedy(const FetchContext& context, int remedy,
                                                std::chrono::milliseconds delay, const Error& failure) const {
  const auto now = ports_.clock.MonotonicNow();
  if (delay >= context.call.deadline - now) {
    Error surfaced = failure;
    surfaced.out_of_time = true;
    return surfaced;
  }
  context.stats.Remedying(remedy);
  context.trace.Remedying(remedy, delay, failure);
  if (delay.count() > 0) ports_.clock.SleepUntil(now + delay, context.call.cancellation);
  return CheckCall(context.call, Step::kToken);
}

void TokenService::Store(const TokenFetcher& fetcher, const TokenSlot& slot, TokenPtr token,
                         std::chrono::steady_clock::time_point asked_at) {
  const TokenTraits traits = fetcher.Traits();
  if (!traits.token_cache || rejected_.Contains(token->secret)) return;
  const auto cached = std::make_shared<cache::CachedToken>();
  cached->token = std::move(token);
  cached->binding = slot.binding;
  cached->spec = fetcher.Spec();
  cached->asked_at = asked_at;
  cached->used = !traits.in_background;
  const auto now = ports_.clock.Now();
  cache_.Put(slot.renewed_key, cached, now);
  if (slot.key != slot.renewed_key) cache_.Put(slot.key, cached, now);
  if (rejected_.Contains(cached->token->secret)) return DropRejected();  // it was refused meanwhile
  if (!cached->token->refresh_on) return;
  rotator_.Schedule(
      slot.refresh_job, Step::kToken, *cached->token->refresh_on,
      [this, refresh = fetcher.ForRefresh(ports_.observer), key = slot.renewed_key,
       old = std::weak_ptr<const cache::CachedToken>(cached)](const CancellationToken& closing) {
        // A job may run again after a failure: each run is a request of its own.
        return Refresh(*refresh->ForRefresh(ports_.observer), key, old, closing);
      },
      slot.rotation_job);
}

std::vector<TokenSpec> TokenService::SpecsOf(const BindingCertificate& certificate) const {
  return cache_.OfCertificate(certificate.x5t_s256(), ports_.clock.Now());
}

bool TokenService::Holds(const TokenSlot& slot) const {
  return cache_.Find(slot.key, ports_.clock.Now()) != nullptr;
}

void TokenService::DropTokensOf(const BindingCertificate& certificate) {
  cache_.DropOfCertificate(certificate.x5t_s256());
}

// ---- renewals ------------------------------------------------------------------------------------------

/// StartDueRenewals starts what is due of a token that is in use.
void TokenService::StartDueRenewals(const TokenSlot& slot, const cache::CachedToken& cached) {
  cached.NoteUse();  // before the renewal looks: an unused token is not refreshed
  const auto now = ports_.clock.Now();
  // A rotation fetches the tokens as well. They are refreshed by themselves only while it backs off after a
  // failure.
  if (cached.binding && now >= cached.binding->renew_at && rotator_.StartIfDue(slot.rotation_job)) return;
  if (cached.token->refresh_on && now >= *cached.token->refresh_on) rotator_.StartIfDue(slot.refresh_job);
}

RenewalOutcome TokenService::Refresh(TokenFetcher& fetcher, const std::string& key,
                                     const std::weak_ptr<const cache::CachedToken>& old,
                                     const CancellationToken& closing) {
  if (!fetcher.MayRefresh()) return RenewalOutcome::kFailed;
  const auto cached = old.lock();
  const bool is_cached = cached && cache_.Holds(key, *cached);
  if (!is_cached || ports_.clock.Now() >= cache::ServesUntil(*cached)) return RenewalOutcome::kDone;
  if (!cached->used) return RenewalOutcome::kUnused;
  const auto deadline = ports_.clock.MonotonicNow() + BoundTime(fetcher.Traits().timeout);
  const auto fetched = Acquire(fetcher, {&ports_.clock, deadline, closing});
  // What a call of the same flight fetched may not have been cached.
  return fetched.token && !cache_.Holds(key, *cached) ? RenewalOutcome::kDone : RenewalOutcome::kFailed;
}

}  // namespace msiv2::tokens
