// What the token service must know of a kind of token.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "cache/token_cache.h"
#include "flow/acquisition_stats.h"
#include "flow/token_step.h"
#include "flow/trace.h"
#include "msiv2/call.h"
#include "msiv2/observer.h"
#include "msiv2/token.h"

namespace msiv2::tokens {

using flow::BindingPtr;
using flow::TokenAttempt;
using flow::TokenPtr;

/// TokenSlot is where a token is cached, and which jobs renew it.
struct TokenSlot {
  std::string key;  ///< in the token cache
  /// The entry that the refresh renews. It is `key` itself, but for a bearer token with claims.
  std::string renewed_key;
  bool follows_renewed = false;  ///< a newer token under `renewed_key` is an answer for `key` as well
  std::string refresh_job;       ///< of the rotator
  std::string rotation_job;      ///< of the rotator, which renews the certificate; empty without one
  BindingPtr binding;            ///< that the token is bound to; null for a bearer token of MSI v1
  bool stays_hot = true;         ///< the same request may be answered without a look into the cache
};

/// KnownSlot is what a fetcher knows without I/O.
struct KnownSlot {
  std::optional<TokenSlot> slot;               ///< nullopt where only a certificate could tell
  MissReason if_absent = MissReason::kAbsent;  ///< why there is no token, if the cache has none
};

/// FetchContext is what one acquisition is made with.
struct FetchContext {
  const flow::Trace& trace;
  const CallContext& call;
  flow::AcquisitionStats& stats;
};

/// TokenTraits are the facts of a request that the token service acts on.
struct TokenTraits {
  TokenType type = TokenType::kBearer;
  std::string_view source;                   ///< for the count, static
  bool force_refresh = false;                ///< the cache is not looked into
  std::string_view rejected_token_sha256{};  ///< of the token that a resource refused, or empty
  bool token_cache = true;                   ///< false: the token cache is not used
  bool in_background = false;                ///< a refresh; no caller waits for it
  Observer* observer = nullptr;
  const KnownSecrets* secrets = nullptr;  ///< never null
  std::chrono::milliseconds timeout{0};   ///< of a refresh in the background
};

/// TraitsOf returns the facts that plans of every kind hold under the same names. `source` is static, and
/// `plan` outlives what is returned.
template <typename Plan>
TokenTraits TraitsOf(const Plan& plan, TokenType type, std::string_view source) {
  return {.type = type,
          .source = source,
          .force_refresh = plan.force_refresh,
          .rejected_token_sha256 = plan.rejected_token_sha256,
          .token_cache = plan.token_cache,
          .in_background = plan.in_background,
          .observer = plan.observer,
          .secrets = &plan.secrets,
          .timeout = plan.timeouts.acquisition};
}

/// TokenFetcher is one request for a token: it knows where the token belongs in the cache, and how to fetch
/// it. The token service does everything else, the same for every kind of token. A fetcher is used by one
/// call, on one thread.
class TokenFetcher {
 public:
  virtual ~TokenFetcher() = default;

  virtual TokenTraits Traits() const = 0;
  /// Spec returns what the token is asked for with.
  virtual TokenSpec Spec() const = 0;
  /// Known returns the slot of the token if no I/O is needed to know it.
  virtual KnownSlot Known() const = 0;
  /// FlightKey returns a text that is equal for requests which one answer satisfies.
  virtual std::string FlightKey() const = 0;

  /// Prepare obtains what the slot depends on, for a bound token a certificate, and returns the slot.
  virtual Result<TokenSlot> Prepare(const FetchContext& context) = 0;
  /// Fetch requests the token. `cached` (may be null) is what the cache holds for the slot although the
  /// request passes it over.
  virtual TokenAttempt Fetch(const FetchContext& context, const TokenSlot& slot,
                             const cache::CachedToken* cached) = 0;
  /// NextRemedy decides after a failed attempt whether another one may help, and returns the delay before
  /// it. It retires what the failure showed to be unusable. `binding` is what the attempt used; null if
  /// Prepare failed.
  virtual std::optional<std::chrono::milliseconds> NextRemedy(const FetchContext& context,
                                                              const BindingPtr& binding,
                                                              const TokenAttempt& attempt) = 0;
  /// Explain completes an error that leaves the service. To do so twice changes nothing.
  virtual Error Explain(Error error) const = 0;
  /// MayCache returns true if a token that was fetched for `slot` may be an answer for other calls.
  virtual bool MayCache(const TokenSlot& slot) const = 0;

  /// MayRefresh returns false while a switch forbids the work in the background.
  virtual bool MayRefresh() const = 0;
  /// ForRefresh returns the same request for the background. It outlives the call and tells `observer`.
  virtual std::shared_ptr<TokenFetcher> ForRefresh(Observer* observer) const = 0;
};

/// Borrowed returns a pointer to `object` that does not own it.
template <typename T>
std::shared_ptr<const T> Borrowed(const T& object) {
  return std::shared_ptr<const T>(std::shared_ptr<void>(), &object);
}

}  // namespace msiv2::tokens
