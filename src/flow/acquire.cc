#include "flow/acquire.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "cache/cache_key.h"
#include "entra/rejection.h"
#include "flow/mint.h"

namespace msiv2::flow {
namespace {

constexpr std::chrono::minutes kMetadataLife{5};
constexpr std::chrono::seconds kMetadataPatience{2};  // callers wait meanwhile, and what they have is good
constexpr std::chrono::seconds kMetadataRetry{30};

std::string IdentityText(const ManagedIdentityId& identity) {
  return std::to_string(static_cast<int>(identity.kind())) + identity.id();
}

std::string AllowListText(const EndpointRules& rules) {
  if (!rules.allowed_hosts) return "*";
  std::string text;
  for (const std::string& host : *rules.allowed_hosts) text += host + ",";
  return text;
}

std::string BindingKey(const Plan& plan) {
  return cache::MakeKey({plan.imds_base, IdentityText(plan.identity), plan.attested ? "att=1" : "att=0",
                         AllowListText(plan.endpoint_rules)});
}

std::string TokenKey(const Plan& plan, const Binding& binding) {
  return cache::MakeKey({binding.certificate->x5t_s256(), plan.attested ? "att=1" : "att=0", Name(plan.type),
                         binding.tenant_id, plan.resource, Name(plan.key_policy.floor), plan.claims});
}

}  // namespace

Result<TokenResult> Acquirer::Acquire(const Plan& plan, const CallContext& call) {
  const std::string binding_key = BindingKey(plan);
  if (TokenPtr token = CachedToken(plan, binding_key)) {
    Trace(ports_.observer, ports_.clock, "").Cache(/*hit=*/true, Step::kToken, "token from the cache");
    return TokenResult{std::move(token), TokenSource::kCache};
  }
  const Trace trace(ports_.observer, ports_.clock, MakeUuid(ports_.random));
  trace.Cache(/*hit=*/false, Step::kToken,
              plan.force_refresh ? "a fresh token was asked for" : "no usable token");

  const StepContext step{plan, ports_, trace, call};
  const std::string flight_key =
      cache::MakeKey({binding_key, Name(plan.type), plan.resource, Name(plan.key_policy.floor), plan.claims,
                      plan.force_refresh ? "force" : ""});
  TokenSource source = TokenSource::kNetwork;
  auto token = fetches_.Run(flight_key, call, Step::kToken, "another caller's token request",
                            [&] { return Fetch(step, binding_key, source); });
  if (token) return TokenResult{*std::move(token), source};
  Error error = std::move(token).error();
  if (error.correlation_id.empty()) error.correlation_id = trace.correlation_id();
  return error;
}

Acquirer::TokenPtr Acquirer::CachedToken(const Plan& plan, const std::string& binding_key) const {
  if (plan.force_refresh || !plan.token_cache) return nullptr;
  const auto now = ports_.clock.Now();
  const auto cached = bindings_.Find(binding_key, plan.key_policy.floor, now);
  return cached ? tokens_.Find(TokenKey(plan, *cached->binding), now) : nullptr;
}

Result<Acquirer::TokenPtr> Acquirer::Fetch(const StepContext& step, const std::string& binding_key,
                                           TokenSource& source) {
  // Another caller may have fetched it while this one was on its way into the flight.
  if (TokenPtr token = CachedToken(step.plan, binding_key)) {
    source = TokenSource::kCache;
    return token;
  }
  const auto binding = GetBinding(step, binding_key);
  if (!binding) return binding.error();
  bool certificate_refused = false;
  auto token = FetchToken(step, **binding, certificate_refused);  // step 7
  if (!token) {
    const bool dead_key = token.error().code == ErrorCode::kKeySignFailed;
    if (certificate_refused || dead_key) Drop(step, binding_key, **binding, token.error());
    if (entra::RejectsAttestation(token.error())) ForgetAttestation(step, (*binding)->certificate->key());
    return token;
  }
  if (step.plan.token_cache) tokens_.Put(TokenKey(step.plan, **binding), *token, ports_.clock.Now());
  return token;
}

Result<BindingPtr> Acquirer::GetBinding(const StepContext& step, const std::string& binding_key) {
  const KeyTier floor = step.plan.key_policy.floor;
  while (true) {
    bool led = false;
    auto binding = mints_.Run(binding_key, step.call, Step::kCredential, "another caller's certificate",
                              [&]() -> Result<BindingPtr> {
                                led = true;
                                const auto cached = bindings_.Find(binding_key, floor, ports_.clock.Now());
                                if (cached && MayGoOnServing(step, binding_key, *cached)) {
                                  return cached->binding;
                                }
                                return Mint(step, binding_key);
                              });
    // The caller that led may have asked for another floor: its answer then is none for this one.
    const bool answered = binding ? (*binding)->certificate->strength() >= floor
                                  : binding.error().code != ErrorCode::kMinStrengthNotMet;
    if (led || answered) return binding;
  }
}

bool Acquirer::MayGoOnServing(const StepContext& step, const std::string& binding_key,
                              const cache::CachedBinding& cached) {
  // A weaker key that served while a stronger keystore was busy gives way to the stronger one.
  if (ports_.keys.HasStronger(cached.binding->certificate->strength())) return false;
  return StillTheSameIdentity(step, binding_key, cached);
}

Result<BindingPtr> Acquirer::Mint(const StepContext& step, const std::string& binding_key) {
  const auto read_at = ports_.clock.MonotonicNow();
  auto binding = MintBinding(step);  // steps 1 to 6
  if (binding) bindings_.Put(binding_key, {*binding, read_at}, ports_.clock.Now());
  return binding;
}

bool Acquirer::StillTheSameIdentity(const StepContext& step, const std::string& binding_key,
                                    const cache::CachedBinding& cached) {
  const auto now = ports_.clock.MonotonicNow();
  if (now < cached.metadata_read + kMetadataLife) return true;
  CallContext brief = step.call;
  brief.deadline = std::min(brief.deadline, now + kMetadataPatience);
  const auto metadata = ReadMetadata({step.plan, step.ports, step.trace, brief}, /*retries=*/false);
  if (!metadata) {
    // With IMDS down the certificate is still good: keep it, and ask again a little later.
    bindings_.MetadataRead(binding_key, *cached.binding, now - kMetadataLife + kMetadataRetry);
    return true;
  }
  if (!EqualsIgnoreCase(metadata->client_id, cached.binding->client_id) ||
      !EqualsIgnoreCase(metadata->tenant_id, cached.binding->tenant_id)) {
    bindings_.Drop(binding_key, *cached.binding);
    return false;
  }
  bindings_.MetadataRead(binding_key, *cached.binding, now);
  return true;
}

void Acquirer::Drop(const StepContext& step, const std::string& binding_key, const Binding& binding,
                    const Error& reason) {
  const KeyPtr& key = binding.certificate->key();
  bindings_.Drop(binding_key, binding);
  RemoveBinding(step, binding);
  if (reason.code == ErrorCode::kKeySignFailed) ports_.keys.Forget(key);
}

}  // namespace msiv2::flow
