// START HERE to understand AcquireToken behind the gate: cache, one fetch for many callers, refresh.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/single_flight.h"
#include "cache/hot_token_index.h"
#include "cache/token_cache.h"
#include "flow/ports.h"
#include "rotation/rotator.h"
#include "tokens/rejected_tokens.h"
#include "tokens/token_fetcher.h"

namespace msiv2::tokens {

/// Acquired is what Acquire returns.
struct Acquired {
  Result<TokenResult> token;
  /// On a hit: how long the same request may be answered with it. The generation is the caller's to set.
  std::optional<cache::HotToken> hot;
};

/// TokenService answers requests for tokens of every kind: from its cache, else by the request's fetcher.
///
/// One fetch runs at a time for a flight key. Other callers of that key wait for its answer, each within its
/// own deadline, and other keys do not wait. A call that forces a refresh joins only calls that do so too.
/// A failure that is due to one caller's own deadline or cancellation, or to work in the background, is never
/// the answer for another caller. Nor is a token that has ended by the time it arrives: the clock may have
/// been set meanwhile.
///
/// Renewal never makes a caller wait: a token is refreshed in the background from its refresh_on, if a call
/// used it since it was fetched. It is an answer until five minutes before it expires.
///
/// Threads: all members may be called at the same time. Lifetime: `ports` and `rotator` outlive it, and
/// `rotator` is stopped before it is destroyed.
class TokenService {
 public:
  TokenService(const flow::Ports& ports, rotation::Rotator& rotator) : ports_(ports), rotator_(rotator) {}
  TokenService(const TokenService&) = delete;
  TokenService& operator=(const TokenService&) = delete;
  ~TokenService() = default;

  /// Acquire returns the token that `fetcher` describes. Every error has the correlation id of its attempt.
  Acquired Acquire(TokenFetcher& fetcher, const CallContext& call);

  /// FindCached returns the answer that Acquire would find in the cache. It does no I/O, and waits for no
  /// other call. What is due starts in the background. It returns nullopt if there is none, and where Acquire
  /// would change the caches first: a token was refused, or a key was reported.
  std::optional<Acquired> FindCached(TokenFetcher& fetcher);

  /// HotHit returns the answer of a request that was found hot, and tells `observer` (may be null).
  TokenResult HotHit(cache::CachedTokenPtr cached, Observer* observer) const {
    cached->NoteUse();
    if (observer != nullptr) TellHit(*observer);
    const AccessToken* token = cached->token.get();
    return {TokenPtr(std::move(cached), token), /*from_cache=*/true};
  }

  /// Store caches a token of `fetcher` and schedules its refresh. `asked_at` is when its request began.
  void Store(const TokenFetcher& fetcher, const TokenSlot& slot, TokenPtr token,
             std::chrono::steady_clock::time_point asked_at);

  /// SpecsOf returns the specs of the tokens of `certificate` that are still usable.
  std::vector<TokenSpec> SpecsOf(const BindingCertificate& certificate) const;
  /// Holds returns true if `slot` has a token that is still usable.
  bool Holds(const TokenSlot& slot) const;
  /// DropTokensOf drops every token of `certificate`. A caller that holds one may continue to use it.
  void DropTokensOf(const BindingCertificate& certificate);

  /// Generation grows whenever another token may be the answer for some request.
  std::uint64_t Generation() const noexcept { return cache_.Generation(); }

 private:
  // An attempt, and where its token came from.
  struct Fetched {
    TokenAttempt attempt;
    bool from_cache = false;
  };
  // The answer of a flight, and when it began.
  struct FlightResult {
    TokenPtr token;
    std::chrono::steady_clock::time_point began;
  };
  // How a flight ended, and for the call that led it, where the token came from.
  struct FlightOutcome {
    Result<FlightResult> result;
    std::optional<bool> from_cache;
  };

  void TellHit(Observer& observer) const;
  cache::CachedTokenPtr FindIn(const TokenSlot& slot);
  void DropRejected();
  cache::CachedTokenPtr Find(const TokenTraits& traits, const std::optional<TokenSlot>& slot);
  cache::CachedTokenPtr FindAgain(const TokenFetcher& fetcher, const TokenTraits& traits);
  MissReason WhyMissed(const TokenTraits& traits, const KnownSlot& known) const;
  Acquired Hit(const TokenTraits& traits, const TokenSlot& slot, cache::CachedTokenPtr cached);
  Fetched Fetch(TokenFetcher& fetcher, const TokenTraits& traits, const FetchContext& context);
  cache::CachedTokenPtr PassedOver(const TokenSlot& slot);
  std::optional<Error> WaitToRemedy(const FetchContext& context, int remedy, std::chrono::milliseconds delay,
                                    const Error& failure) const;
  FlightOutcome FetchOrJoin(TokenFetcher& fetcher, const TokenTraits& traits, const FetchContext& context);
  bool IsUsableFor(const TokenTraits& traits, std::chrono::steady_clock::time_point call_began,
                   const FlightResult& result) const;
  void StartDueRenewals(const TokenSlot& slot, const cache::CachedToken& cached);
  RenewalOutcome Refresh(TokenFetcher& fetcher, const std::string& key,
                         const std::weak_ptr<const cache::CachedToken>& old,
                         const CancellationToken& closing);

  const flow::Ports& ports_;
  rotation::Rotator& rotator_;
  cache::TokenCache cache_;
  SingleFlight<FlightResult> flights_;
  RejectedTokens rejected_;
};

}  // namespace msiv2::tokens
