// Tokens of MSI v1: one request to a source.
#pragma once

#include <memory>
#include <utility>

#include "flow/bearer_request.h"
#include "tokens/token_fetcher.h"

namespace msiv2::tokens {

/// BearerTokenFetcher fetches the token of a planned request for MSI v1.
///
/// A request with claims is one whose token a resource has refused. The cached one is passed over. The token
/// that is fetched in its place is an answer for requests without claims as well. The same claims again are
/// answered with that token, or a later one that took its place, as long as it lives.
class BearerTokenFetcher : public TokenFetcher {
 public:
  /// BearerTokenFetcher keeps references: `ports` and `plan` outlive it.
  BearerTokenFetcher(const flow::Ports& ports, const flow::BearerTokenPlan& plan)
      : BearerTokenFetcher(ports, Borrowed(plan)) {}

  TokenTraits Traits() const override;
  TokenSpec Spec() const override;
  KnownSlot Known() const override;
  std::string FlightKey() const override;
  Result<TokenSlot> Prepare(const FetchContext& context) override;
  TokenAttempt Fetch(const FetchContext& context, const TokenSlot& slot,
                     const cache::CachedToken* cached) override;
  std::optional<std::chrono::milliseconds> NextRemedy(const FetchContext& context, const BindingPtr& binding,
                                                      const TokenAttempt& attempt) override;
  Error Explain(Error error) const override;
  bool MayCache(const TokenSlot& /*slot*/) const override { return true; }
  bool MayRefresh() const override { return true; }
  std::shared_ptr<TokenFetcher> ForRefresh(Observer* observer) const override;

 private:
  BearerTokenFetcher(const flow::Ports& ports, std::shared_ptr<const flow::BearerTokenPlan> plan)
      : ports_(ports), plan_(std::move(plan)) {}

  const flow::Ports& ports_;
  const std::shared_ptr<const flow::BearerTokenPlan> plan_;  // owns it in the background only
  mutable std::string key_;                                  // of the plan, once it was asked for
};

}  // namespace msiv2::tokens
