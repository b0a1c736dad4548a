#include "flow/steps.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/wait.h"
#include "entra/binding.h"
#include "entra/token.h"
#include "http/endpoint.h"
#include "http/failure.h"
#include "http/retry.h"
#include "imds/credential.h"
#include "imds/metadata.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/spki.h"

namespace msiv2::flow {
namespace {

imds::ImdsCall CallTo(const StepContext& step) {
  return {step.plan.imds_base, step.plan.identity, step.trace.correlation_id(), step.plan.timeouts};
}

// Sends one leg's request with its retries; a failure becomes an Error of `code`.
Result<HttpResponse> Exchange(const StepContext& step, Step number, const std::string& where,
                              const HttpRequest& request, RetryLeg leg, bool retries, ErrorCode code) {
  if (auto ended = CheckCall(step.call, number)) return *std::move(ended);
  RetryContext retry{retries, step.ports.random, [&](const RetryNotice& notice) {
                       step.trace.Retrying(number, where, notice.delay, notice.reason);
                     }};
  int attempts = 0;
  auto answer = SendWithRetry(step.ports.http, request, leg, retry, step.call, &attempts);
  if (answer) return *std::move(answer);
  Error error = ToError(answer.error(), code, number);
  error.attempts = attempts;
  return error;
}

std::string KeyLabel(const SigningKey& key) {
  std::string label = std::string(Name(key.Tier())) + " key, RSA-2048, not exportable";
  if (key.Origin() == KeyOrigin::kEmulated) label += " (emulated)";
  return label;
}

std::string Minutes(std::chrono::system_clock::duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(duration).count()) + " min";
}

Result<BindingPtr> CheckedBinding(const StepContext& step, const std::vector<std::uint8_t>& certificate_der,
                                  const std::string& endpoint, const std::string& client_id,
                                  const std::string& tenant_id, const KeyPtr& key) {
  const auto origin = CheckTokenEndpoint(endpoint, step.plan.endpoint_rules);
  if (!origin) return origin.error();
  auto certificate = x509::CheckCertificate(certificate_der, {client_id, key, step.ports.clock.Now()});
  if (!certificate) return std::move(certificate).error();
  return std::make_shared<const Binding>(
      Binding{*std::move(certificate), origin->ToString(), client_id, tenant_id, step.plan.attested});
}

// The token of an answer whose type is right, once its binding is verified.
Result<std::shared_ptr<const AccessToken>> MakeToken(const StepContext& step, const BindingPtr& binding,
                                                     TokenResponse response,
                                                     std::chrono::system_clock::time_point asked_at) {
  auto token = std::make_shared<AccessToken>();
  if (response.type == TokenType::kMtlsPop) {
    const auto verified =
        entra::VerifyTokenBinding(response.access_token.Reveal(), binding->certificate->x5t_s256());
    if (!verified) return verified.error();
    token->binding_verified = *verified;
    token->binding = binding->certificate;
  }
  token->secret = std::move(response.access_token);
  token->type = response.type;
  // A token is of no use without its certificate, so it never outlives it.
  token->expires_on = std::min(asked_at + response.expires_in, binding->certificate->not_after());
  if (response.refresh_in) {
    token->refresh_on = asked_at + *response.refresh_in;
  } else if (response.expires_in > std::chrono::hours(2)) {
    token->refresh_on = asked_at + response.expires_in / 2;
  }
  token->resource = step.plan.resource;
  token->client_id = binding->client_id;
  token->tenant_id = binding->tenant_id;
  token->attested = binding->attested;
  token->key_tier = binding->certificate->strength();
  token->key_origin = binding->certificate->origin();
  return std::shared_ptr<const AccessToken>(std::move(token));
}

}  // namespace

Result<PlatformMetadata> ReadMetadata(const StepContext& step, bool retries) {
  return step.trace.Run(
      Step::kMetadata, step.plan.imds_base,
      [&]() -> Result<PlatformMetadata> {
        const HttpRequest request = imds::BuildMetadataRequest(CallTo(step));
        const auto answer = Exchange(step, Step::kMetadata, step.plan.imds_base, request, RetryLeg::kImds,
                                     retries, ErrorCode::kImdsUnreachable);
        if (!answer) return answer.error();
        return imds::ParseMetadataResponse(*answer, step.plan.identity, step.plan.attested);
      },
      [](const PlatformMetadata& metadata) {
        return Outcome{metadata.cu_id.vmss_id.empty() ? "platform metadata of a VM"
                                                      : "platform metadata of a scale set instance",
                       "client " + metadata.client_id + ", tenant " + metadata.tenant_id};
      });
}

Result<KeyPtr> GetKey(const StepContext& step) {
  return step.trace.Run(
      Step::kKey, "key chain",
      [&]() -> Result<KeyPtr> {
        auto key = step.ports.keys.GetOrCreateKey(step.plan.key_policy, step.call);
        if (!key) return key;
        if ((*key)->Origin() == KeyOrigin::kEmulated && !step.plan.endpoint_rules.imds_base_is_loopback) {
          return Error(ErrorCode::kKeyCreationFailed,
                       "the key is emulated, and an emulated key is used with an emulator on loopback only");
        }
        return key;
      },
      [](const KeyPtr& key) {
        return Outcome{KeyLabel(*key), ""};
      });
}

Result<std::vector<std::uint8_t>> MakeCsr(const StepContext& step, const PlatformMetadata& metadata,
                                          const KeyPtr& key) {
  return step.trace.Run(
      Step::kCsr, "this process",
      [&]() -> Result<std::vector<std::uint8_t>> {
        if (auto ended = CheckCall(step.call, Step::kCsr)) return *std::move(ended);
        auto csr = x509::BuildCsr({metadata.client_id, metadata.tenant_id, metadata.cu_id}, *key);
        if (!csr && csr.error().code == ErrorCode::kKeySignFailed) step.ports.keys.Forget(key);
        return csr;
      },
      [](const std::vector<std::uint8_t>& der) {
        return Outcome{"PKCS#10, " + std::to_string(der.size()) + " bytes, RSASSA-PSS, CUID attribute", ""};
      });
}

Result<SecretString> Attest(const StepContext& step, const PlatformMetadata& metadata, const KeyPtr& key) {
  const auto origin = CheckAttestationEndpoint(metadata.attestation_endpoint, step.plan.endpoint_rules);
  const std::string where = origin ? origin->ToString() : "attestation endpoint";
  return step.trace.Run(
      Step::kAttestation, where,
      [&]() -> Result<SecretString> {
        if (!origin) return origin.error();
        return step.ports.attestation.GetToken(
            {where, metadata.client_id, key, x509::SpkiSha256Hex(key->PublicKey())}, step.call);
      },
      [&](const SecretString& token) {
        return Outcome{"attestation JWT, " + std::to_string(token.size()) + " characters", ""};
      });
}

Result<IssuedCredential> IssueCredential(const StepContext& step, const PlatformMetadata& metadata,
                                         const std::vector<std::uint8_t>& csr,
                                         const SecretString* attestation_token) {
  return step.trace.Run(
      Step::kCredential, step.plan.imds_base,
      [&]() -> Result<IssuedCredential> {
        HttpRequest request = imds::BuildCredentialRequest(CallTo(step), csr, attestation_token,
                                                           /*bypass_cache=*/false);
        const auto answer = Exchange(step, Step::kCredential, step.plan.imds_base, request, RetryLeg::kImds,
                                     step.plan.retries, ErrorCode::kImdsUnreachable);
        SecureWipe(request.body);
        if (!answer) return answer.error();
        return imds::ParseCredentialResponse(*answer, metadata);
      },
      [](const IssuedCredential& credential) {
        return Outcome{"certificate for a " + credential.identity_type + " identity",
                       "token endpoint " + credential.mtls_authentication_endpoint};
      });
}

Result<BindingPtr> BindCertificate(const StepContext& step, const IssuedCredential& credential,
                                   const KeyPtr& key) {
  return step.trace.Run(
      Step::kCertificate, "this process",
      [&] {
        return CheckedBinding(step, credential.certificate_der, credential.mtls_authentication_endpoint,
                              credential.client_id, credential.tenant_id, key);
      },
      [&](const BindingPtr& binding) {
        return Outcome{"certificate matches key and identity, valid for " +
                           Minutes(binding->certificate->not_after() - step.ports.clock.Now()),
                       "x5t#S256 " + binding->certificate->x5t_s256()};
      });
}

Result<std::shared_ptr<const AccessToken>> FetchToken(const StepContext& step, const BindingPtr& binding) {
  using TokenPtr = std::shared_ptr<const AccessToken>;
  return step.trace.Run(
      Step::kToken, binding->token_endpoint,
      [&]() -> Result<TokenPtr> {
        const HttpRequest request = entra::BuildTokenRequest({.endpoint = binding->token_endpoint,
                                                              .tenant_id = binding->tenant_id,
                                                              .client_id = binding->client_id,
                                                              .resource = step.plan.resource,
                                                              .type = step.plan.type,
                                                              .claims = step.plan.claims,
                                                              .request_id = step.trace.correlation_id(),
                                                              .certificate = binding->certificate,
                                                              .max_tls = step.plan.token_leg_max,
                                                              .timeouts = step.plan.timeouts});
        const auto asked_at = step.ports.clock.Now();
        auto answer = Exchange(step, Step::kToken, binding->token_endpoint, request, RetryLeg::kToken,
                               step.plan.retries, ErrorCode::kTokenRequestFailed);
        if (!answer) return std::move(answer).error();
        auto response = entra::ParseTokenResponse(*answer, step.plan.type);
        SecureWipe(answer->body);
        if (!response) return std::move(response).error();
        return MakeToken(step, binding, *std::move(response), asked_at);
      },
      [&](const TokenPtr& token) {
        return Outcome{std::string(Name(token->type)) + " token, valid for " +
                           Minutes(token->expires_on - step.ports.clock.Now()) +
                           (token->binding_verified ? ", cnf matches the certificate" : ""),
                       ""};
      });
}

std::string StoreAlias(const Plan& plan) {
  const std::string identity = plan.identity.kind() == ManagedIdentityId::Kind::kSystemAssigned
                                   ? "system_assigned_managed_identity"
                                   : plan.identity.id();
  return identity + (plan.attested ? "#att=1" : "#att=0");
}

BindingPtr RestoreBinding(const StepContext& step, const PlatformMetadata& metadata, const KeyPtr& key) {
  if (step.ports.store == nullptr) return nullptr;
  for (const StoredCertificate& stored : step.ports.store->Load(StoreAlias(step.plan))) {
    if (!EqualsIgnoreCase(stored.tenant_id, metadata.tenant_id)) continue;
    auto binding = CheckedBinding(step, stored.leaf_der, stored.token_endpoint, metadata.client_id,
                                  metadata.tenant_id, key);
    if (binding) return *std::move(binding);
  }
  return nullptr;
}

void StoreBinding(const StepContext& step, const Binding& binding) {
  if (step.ports.store == nullptr) return;
  step.ports.store->Save(StoreAlias(step.plan),
                         {binding.certificate->leaf_der(), binding.token_endpoint, binding.tenant_id});
}

}  // namespace msiv2::flow
