#include "flow/select.h"

#include <utility>

#include "base/json.h"
#include "entra/resource.h"
#include "imds/base_url.h"

namespace msiv2::flow {
namespace {

Result<v1::Target> LocateSource(const v1::Source& source, const v1::Surroundings& host,
                                const ClientOptions& options, const EnvironmentReader& environment) {
  auto target = source.locate(host);
  if (!target || source.id != MsiSource::kImds) return target;
  auto base = imds::ResolveImdsBase(options.imds_base_url, environment, options.allow_insecure_imds_base);
  if (!base) return std::move(base).error();
  target->endpoint = *base + v1::kImdsTokenPath;
  return target;
}

}  // namespace

Result<V1Plan> MakeV1Plan(const TokenRequest& request, const ClientOptions& options,
                          const EnvironmentReader& environment) {
  auto resource = entra::NormalizeResource(request.resource);
  if (!resource) return std::move(resource).error();
  if (auto error = RefuseFlags(request)) return *std::move(error);
  if (auto error = RefuseIdentity(options.identity)) return *std::move(error);
  auto claims = MergeClaims(request.claims, options.client_capabilities);
  if (!claims) return Error(ErrorCode::kInvalidRequest, "claims is not a JSON object");

  const v1::Surroundings host = v1::ReadSurroundings(options, environment);
  const v1::Choice choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  if (auto refusal = choice.source->refuse(options.identity)) {
    refusal->source = Name(choice.source->id);
    return *std::move(refusal);
  }
  auto target = LocateSource(*choice.source, host, options, environment);
  if (!target) return std::move(target).error();

  V1Plan plan;
  plan.source = choice.source;
  plan.target = *std::move(target);
  plan.named = choice.named;
  plan.identity = options.identity;
  plan.resource = *std::move(resource);
  plan.challenge = request.claims;
  plan.claims = *std::move(claims);
  plan.capabilities = options.client_capabilities;
  plan.force_refresh = request.force_refresh;
  plan.timeouts = options.timeouts;
  plan.retries = options.retries;
  plan.observer = options.observer.get();
  plan.token_cache = options.token_cache;
  plan.secrets = SecretsOf(host, environment);
  return plan;
}

Result<AnyPlan> Select(const TokenRequest& request, const ClientOptions& options,
                       const EnvironmentReader& environment, const KeyChain& keys, bool has_attestor,
                       const V1OnlyBases& v1_only) {
  if (WantsMsiV1(request)) {
    auto plan = MakeV1Plan(request, options, environment);
    if (!plan) return std::move(plan).error();
    return AnyPlan(*std::move(plan));
  }
  auto plan = MakePlan(request, options, environment, keys, has_attestor, v1_only);
  if (!plan) return std::move(plan).error();
  return AnyPlan(*std::move(plan));
}

}  // namespace msiv2::flow
