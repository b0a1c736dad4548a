#include "flow/select.h"

#include <utility>

#include "base/ascii.h"
#include "base/url.h"
#include "entra/resource.h"
#include "imds/base_url.h"

namespace msiv2::flow {
namespace {

Result<v1::Target> LocateSource(const v1::Source& source, const v1::HostEnvironment& host,
                                const ClientOptions& options) {
  auto target = source.locate(host, options.identity);
  if (!target) return target;
  if (source.id != IdentitySource::kImds) return target;
  auto base =
      imds::ResolveImdsBase(options.imds_base_url, options.environment, options.allow_insecure_imds_base);
  if (!base) return std::move(base).error();
  target->endpoint = *base + v1::kImdsTokenPath;
  return target;
}

}  // namespace

Result<BearerTokenPlan> MakeBearerTokenPlan(const TokenRequest& request, const ClientOptions& options) {
  auto claims = CheckRequest(request, options);
  if (!claims) return std::move(claims).error();

  const v1::HostEnvironment host = v1::ReadHostEnvironment(options, options.environment);
  const v1::Choice choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  if (auto refusal = choice.source->refuse(options.identity)) {
    refusal->source = Name(choice.source->id);
    return *std::move(refusal);
  }
  auto target = LocateSource(*choice.source, host, options);
  if (!target) return std::move(target).error();

  BearerTokenPlan plan;
  plan.source = choice.source;
  plan.target = *std::move(target);
  if (const auto url = ParseUrl(plan.target.endpoint)) plan.origin = url->origin.ToString();
  plan.named = choice.named;
  plan.identity = options.identity;
  const bool by_scope = choice.source->id == IdentitySource::kWorkloadIdentity;
  plan.resource = by_scope ? entra::ScopeResource(request.resource) : entra::SourceResource(request.resource);
  plan.challenge = request.claims;
  plan.claims = *std::move(claims);
  plan.capabilities = options.client_capabilities;
  plan.force_refresh = request.force_refresh;
  plan.rejected_token_sha256 = ToLower(request.rejected_token_sha256);
  plan.timeouts = options.timeouts;
  plan.retries = options.retries;
  plan.observer = options.observer.get();
  plan.token_cache = options.token_cache;
  plan.secrets = SecretsOf(host, options.environment);
  return plan;
}

Result<TokenPlan> Select(const TokenRequest& request, const ClientOptions& options, const Ports& ports) {
  if (WantsMsiV1(request)) {
    auto plan = MakeBearerTokenPlan(request, options);
    if (!plan) return std::move(plan).error();
    return TokenPlan(*std::move(plan));
  }
  auto plan = MakeBoundTokenPlan(request, options, ports);
  if (!plan) return std::move(plan).error();
  return TokenPlan(*std::move(plan));
}

}  // namespace msiv2::flow
