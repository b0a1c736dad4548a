#include "flow/gate.h"

#include <algorithm>
#include <utility>

#include "attestation/attestation_service.h"
#include "base/ascii.h"
#include "base/environment.h"
#include "base/hex.h"
#include "entra/claims.h"
#include "entra/resource.h"
#include "http/proxy.h"
#include "imds/base_url.h"
#include "imds/metadata.h"
#include "model/option_text.h"

namespace msiv2::flow {
namespace {

Error Invalid(std::string message) { return Error(ErrorCode::kInvalidRequest, std::move(message)); }
Error Invalid(OptionText message) { return Error(ErrorCode::kInvalidRequest, std::move(message)); }

bool IsStrength(KeyStrength strength) {
  return strength == KeyStrength::kNone || strength == KeyStrength::kSoftware ||
         strength == KeyStrength::kHardware || strength == KeyStrength::kKeyGuard;
}

// Returns why this client has no suitable key, or nullopt.
std::optional<Error> RefuseKey(const KeyPolicy& policy, const std::string& imds_base, const Ports& ports) {
  auto lacks = ports.keys.Check(policy);
  if (!lacks && policy.attestation && !ports.attestation.HasAttestor())
    lacks = attestation::NoAttestorError();
  if (!lacks && ports.keys.CanOnlyEmulate(policy) && !imds::IsLoopbackBase(imds_base))
    lacks = EmulatedKeyError();
  if (lacks && ports.imds_bases.OffersV1Only(imds_base)) return imds::V1OnlyError();
  return lacks;
}

}  // namespace

Error EmulatedKeyError() {
  Error error(ErrorCode::kKeyCreationFailed,
              "the key is emulated, and an emulated key is used with an emulator on loopback only");
  error.retryable = false;
  return error;
}

bool WantsMsiV1(const TokenRequest& request) noexcept {
  return !request.mtls_proof_of_possession && !request.request_over_mtls;
}

std::optional<Error> RefuseFlags(const TokenRequest& request) {
  if (!IsStrength(request.minimum_strength))
    return Invalid(FromTemplate("{minimum_strength} is not a KeyStrength"));
  if (request.mtls_proof_of_possession && request.request_over_mtls) {
    return Invalid(FromTemplate("{mtls_proof_of_possession} and {request_over_mtls} exclude each other"));
  }
  if (!request.rejected_token_sha256.empty() && !IsSha256Hex(request.rejected_token_sha256)) {
    return Invalid(FromTemplate("{rejected_token_sha256} is not 64 hexadecimal digits"));
  }
  const bool pop = !WantsMsiV1(request);
  if (!pop && request.with_attestation_support) {
    return Error(ErrorCode::kAttestationRequiresPop,
                 FromTemplate("{with_attestation_support} was set without {mtls_proof_of_possession}"));
  }
  if (!pop && request.minimum_strength != KeyStrength::kNone) {
    return Invalid(FromTemplate("{minimum_strength} does nothing without {mtls_proof_of_possession}"));
  }
  if (!pop && request.allow_unattested) {
    return Invalid(FromTemplate("{allow_unattested} does nothing without {mtls_proof_of_possession}"));
  }
  if (pop && !request.with_attestation_support && !request.allow_unattested) {
    return Error(ErrorCode::kPopRequiresAttestation,
                 request.request_over_mtls
                     ? FromTemplate("{request_over_mtls} was set without {with_attestation_support}")
                     : FromTemplate("{mtls_proof_of_possession} was set without {with_attestation_support}"));
  }
  return std::nullopt;
}

std::optional<Error> RefuseIdentity(const ManagedIdentityId& identity) {
  if (identity.kind() == ManagedIdentityId::Kind::kSystemAssigned) return std::nullopt;
  const std::string_view id = Trim(identity.id());
  if (id.empty()) return Invalid("the id of the user-assigned identity is empty");
  // A caller may pass on what it read from DEFAULT_IDENTITY_CLIENT_ID.
  if (id == v1::kPlaceholderClientId) {
    return Invalid(
        "the id of the user-assigned identity is \"clientid\", the placeholder of Azure Machine Learning for "
        "a compute without an identity");
  }
  if (id.size() != identity.id().size())
    return Invalid("the id of the user-assigned identity begins or ends with a blank");
  if (std::any_of(id.begin(), id.end(), IsControl))
    return Invalid("the id of the user-assigned identity holds a control character");
  return std::nullopt;
}

Result<std::string> CheckRequest(const TokenRequest& request, const ClientOptions& options) {
  if (auto ok = entra::CheckResource(request.resource); !ok) return std::move(ok).error();
  if (auto error = RefuseFlags(request)) return *std::move(error);
  if (auto error = RefuseIdentity(options.identity)) return *std::move(error);
  auto claims = entra::MergeClaims(request.claims, options.client_capabilities);
  if (!claims) return Invalid(FromTemplate("{claims} is not a JSON object"));
  return *std::move(claims);
}

EndpointRules RulesFor(const std::string& imds_base, const ClientOptions& options,
                       const EnvironmentReader& environment) {
  EndpointRules rules;
  rules.allowed_hosts =
      options.allowed_hosts ? options.allowed_hosts : ParseAllowedHosts(environment(kAllowedHostsVariable));
  rules.imds_base_is_loopback = imds::IsLoopbackBase(imds_base);
  return rules;
}

KnownSecrets SecretsOf(const v1::HostEnvironment& host, const EnvironmentReader& environment) {
  KnownSecrets secrets;
  AddProxySecrets(environment, secrets);
  v1::AddSecretsOf(host, secrets);
  return secrets;
}

std::optional<Error> RefuseHost(const v1::Choice& choice, const v1::HostEnvironment& host,
                                const ClientOptions& options) {
  if (ImdsV2Disabled(options.environment)) {
    return Error(ErrorCode::kImdsV2Disabled, std::string(kKillSwitchVariable) + " is set");
  }
  return v1::RefuseBound(choice, host, options.identity);
}

Result<BoundTokenPlan> MakeBoundTokenPlan(const TokenRequest& request, const ClientOptions& options,
                                          const Ports& ports) {
  BoundTokenPlan plan;
  auto claims = CheckRequest(request, options);
  if (!claims) return std::move(claims).error();
  if (WantsMsiV1(request)) return Invalid("a request for MSI v1 is not a request for MSI v2");
  const auto host = v1::ReadHostEnvironment(options, options.environment);
  const auto choice = v1::ChooseSource(host, options.source, options.allow_workload_identity);
  if (auto error = RefuseHost(choice, host, options)) return *std::move(error);

  auto base =
      imds::ResolveImdsBase(options.imds_base_url, options.environment, options.allow_insecure_imds_base);
  if (!base) return std::move(base).error();

  plan.key_policy = {.minimum = request.minimum_strength, .attestation = request.with_attestation_support};
  if (auto error = RefuseKey(plan.key_policy, *base, ports)) return *std::move(error);

  plan.identity = options.identity;
  plan.resource = entra::ScopeResource(request.resource);
  plan.type = request.mtls_proof_of_possession ? TokenType::kMtlsPop : TokenType::kBearer;
  plan.attested = request.with_attestation_support;
  plan.claims = *std::move(claims);
  plan.challenge = request.claims;
  plan.force_refresh = request.force_refresh;
  plan.rejected_token_sha256 = ToLower(request.rejected_token_sha256);
  plan.imds_base = *std::move(base);
  plan.imds_named = choice.named;
  plan.endpoint_rules = RulesFor(plan.imds_base, options, options.environment);
  plan.timeouts = options.timeouts;
  plan.token_leg_max = options.tls.token_leg_max;
  plan.retries = options.retries;
  plan.remediations = options.retries ? options.remediations : 0;
  plan.token_cache = options.token_cache;
  plan.observer = options.observer.get();
  plan.secrets = SecretsOf(host, options.environment);
  return plan;
}

}  // namespace msiv2::flow
