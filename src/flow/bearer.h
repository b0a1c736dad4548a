// AcquireToken for MSI v1: the same caches, flights and renewals, around one request to a source.
#pragma once

#include <memory>
#include <string>

#include "base/single_flight.h"
#include "cache/token_cache.h"
#include "cache/warm_tokens.h"
#include "flow/bearer_request.h"
#include "rotation/rotator.h"

namespace msiv2::flow {

/// BearerAcquirer serves planned requests for bearer tokens: from the token cache, else by asking the source.
/// One request runs at a time for a token; its other callers wait for the answer, each within its own
/// deadline. A token is refreshed in the background from its refresh_on if it was used since it was fetched,
/// and serves until five minutes before its end whatever becomes of that.
///
/// A request with claims is one whose token a resource has refused: the cached one is passed over, and
/// what comes in its place serves requests without claims as well. The same claims again are answered with
/// that token, or a later one that took its place, as long as it lives.
///
/// Threads: all members may be called at the same time. What it is given outlives it.
class BearerAcquirer {
 public:
  using TokenPtr = std::shared_ptr<const AccessToken>;

  BearerAcquirer(const Ports& ports, cache::TokenCache& tokens, SingleFlight<TokenPtr>& fetches,
                 rotation::Rotator& rotator)
      : ports_(ports), tokens_(tokens), fetches_(fetches), rotator_(rotator) {}

  /// Acquire returns the token of `plan`. `warm` (may be null) receives on a hit how long the same request
  /// may be answered so; its generation is left to the caller.
  Result<TokenResult> Acquire(const V1Plan& plan, const CallContext& call, cache::WarmToken* warm);

 private:
  cache::CachedTokenPtr FindCached(const V1Plan& plan) const;
  cache::CachedTokenPtr Kept(const V1Plan& plan) const;
  MissReason WhyMissed(const V1Plan& plan) const;
  TokenResult Hit(const V1Plan& plan, cache::CachedTokenPtr cached, cache::WarmToken* warm);
  Result<TokenResult> FetchShared(const V1Plan& plan, const CallContext& call, MissReason why);
  Result<TokenPtr> Fetch(const BearerContext& bearer, TokenSource& source);
  std::string RefusedToken(const V1Plan& plan) const;
  void Keep(const V1Plan& plan, const TokenPtr& token, std::chrono::steady_clock::time_point asked_at);
  void PlanRefresh(const V1Plan& plan, const cache::CachedTokenPtr& cached);
  rotation::Rotator::Outcome Refresh(const V1Plan& plan, const std::weak_ptr<const cache::CachedToken>& old,
                                     const CancellationToken& closing);

  const Ports& ports_;
  cache::TokenCache& tokens_;
  SingleFlight<TokenPtr>& fetches_;
  rotation::Rotator& rotator_;
};

}  // namespace msiv2::flow
