#include "tokens/bearer_token_fetcher.h"

#include "base/make_key.h"
#include "entra/claims.h"
#include "tokens/rejected_tokens.h"

namespace msiv2::tokens {
namespace {

using flow::BearerTokenPlan;

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

// Requests with the same key may be answered with the same token. It holds all that the source is told, but
// its secret, which another process of this host might have changed.
std::string TokenKey(const BearerTokenPlan& plan) {
  return MakeKey({"v1", Name(plan.source->id), plan.target.endpoint, plan.target.server_pin,
                  plan.target.tenant_id, plan.target.client_id, plan.target.file, Word(plan.identity.kind()),
                  plan.identity.id(), plan.resource, plan.claims, plan.challenge});
}

std::string ClaimsOfCapabilities(const BearerTokenPlan& plan) {
  return entra::MergeClaims("", plan.capabilities).value_or("");
}

// The same request from a caller whose token was not refused.
BearerTokenPlan WithoutClaims(BearerTokenPlan plan) {
  plan.challenge.clear();
  plan.claims = ClaimsOfCapabilities(plan);
  return plan;
}

}  // namespace

TokenTraits BearerTokenFetcher::Traits() const {
  return TraitsOf(*plan_, TokenType::kBearer, Name(plan_->source->id));
}

TokenSpec BearerTokenFetcher::Spec() const {
  return {plan_->resource, TokenType::kBearer, ClaimsOfCapabilities(*plan_), KeyStrength::kNone};
}

// An entry under claims says that its token came after them. The entry without claims may have been fetched
// later still, since it alone is refreshed. A source that is told the claims answered them with that very
// token.
KnownSlot BearerTokenFetcher::Known() const {
  const bool challenged = !plan_->challenge.empty();
  TokenSlot slot;
  slot.key = FlightKey();
  slot.renewed_key = challenged ? TokenKey(WithoutClaims(*plan_)) : slot.key;
  slot.follows_renewed = challenged && plan_->source->id != IdentitySource::kWorkloadIdentity;
  slot.refresh_job = "refresh|" + slot.renewed_key;
  return {std::move(slot), challenged ? MissReason::kClaims : MissReason::kAbsent};
}

std::string BearerTokenFetcher::FlightKey() const {
  if (key_.empty()) key_ = TokenKey(*plan_);
  return key_;
}

Result<TokenSlot> BearerTokenFetcher::Prepare(const FetchContext& /*context*/) { return *Known().slot; }

TokenAttempt BearerTokenFetcher::Fetch(const FetchContext& context, const TokenSlot& /*slot*/,
                                       const cache::CachedToken* cached) {
  // The source is not to return the refused token again from its own cache.
  std::string refused = plan_->rejected_token_sha256;
  const bool names_cached = cached != nullptr && !plan_->challenge.empty() && !plan_->in_background;
  if (refused.empty() && names_cached) refused = DigestOf(cached->token->secret);
  return {flow::RequestBearer({*plan_, ports_, context.trace, context.call, refused})};
}

std::optional<std::chrono::milliseconds> BearerTokenFetcher::NextRemedy(const FetchContext& /*context*/,
                                                                        const BindingPtr& /*binding*/,
                                                                        const TokenAttempt& /*attempt*/) {
  return std::nullopt;
}

// An error that arises before or after the request, such as the end of a wait for another caller, is not
// about MSI v2 either.
Error BearerTokenFetcher::Explain(Error error) const {
  if (error.kind == ErrorKind::kMsiV2) error.kind = ErrorKind::kService;
  if (error.source.empty()) error.source = Name(plan_->source->id);
  return error;
}

std::shared_ptr<TokenFetcher> BearerTokenFetcher::ForRefresh(Observer* observer) const {
  auto plan = std::make_shared<BearerTokenPlan>(flow::ForBackground(WithoutClaims(*plan_), observer));
  plan->force_refresh = true;
  return std::shared_ptr<TokenFetcher>(
      new BearerTokenFetcher(ports_, std::shared_ptr<const BearerTokenPlan>(std::move(plan))));
}

}  // namespace msiv2::tokens
