#include "flow/steps.h"

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/foreign_text.h"
#include "base/wait.h"
#include "flow/exchange.h"
#include "http/endpoint.h"
#include "imds/credential.h"
#include "imds/metadata.h"
#include "rotation/schedule.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/spki.h"

namespace msiv2::flow {
namespace {

imds::ImdsCall CallTo(const StepContext& step) {
  return {step.plan.imds_base, step.plan.identity, step.trace.correlation_id(), step.plan.timeouts};
}

Answered PostCsr(const StepContext& step, const std::vector<std::uint8_t>& csr,
                 const SecretString* attestation_token, bool bypass_cache) {
  HttpRequest request = imds::BuildCredentialRequest(CallTo(step), csr, attestation_token, bypass_cache);
  Answered answered = AskImds(step, request, imds::kCredentialLeg, step.plan.retries);
  SecureWipe(request.body);
  return answered;
}

// A 404 of step 1 means MSI v1 only. The base is remembered once the whole schedule has confirmed it. From
// then on a 404 is final, and everything else is retried as ever.
Answered GetMetadata(const StepContext& step, bool retries) {
  V1OnlyBases& v1_only = step.ports.v1_only;
  const std::string& base = step.plan.imds_base;
  Answered answered = AskImds(step, imds::BuildMetadataRequest(CallTo(step)), imds::kMetadataLeg, retries,
                              v1_only.Contains(base) ? RetryLeg::kProbe : RetryLeg::kImds);
  const int status = answered.outcome ? answered.outcome->status : 0;
  if (status == 404 && retries && !answered.out_of_time) v1_only.Remember(base);
  if (status == 200) v1_only.Forget(base);
  return answered;
}

// What IMDS may quote of a request for a credential.
KnownSecrets SecretsOf(const Plan& plan, const std::vector<std::uint8_t>& csr,
                       const SecretString* attestation_token) {
  KnownSecrets secrets = plan.secrets;
  secrets.Add(Base64Encode(csr));
  if (attestation_token != nullptr) secrets.Add(attestation_token->Reveal());
  return secrets;
}

// The words of a user-supplied port about its keys are foreign text.
template <typename T>
Result<T> WithoutSecrets(const StepContext& step, Result<T> result) {
  constexpr std::size_t kLongest = 1000;  // the words of several providers
  if (!result) result.error().message = ForeignText(result.error().message, step.plan.secrets, kLongest);
  return result;
}

// In our own words: the text of IMDS is foreign text.
std::string IdentityLabel(std::string_view identity_type) {
  if (EqualsIgnoreCase(identity_type, "SystemAssigned")) return "system-assigned";
  if (EqualsIgnoreCase(identity_type, "UserAssigned")) return "user-assigned";
  return "managed";
}

std::string KeyLabel(const SigningKey& key, const std::string& why_not_stronger) {
  std::string label = std::string(Name(key.Tier())) + " key, RSA-2048, not exportable";
  if (key.Origin() == KeyOrigin::kEmulated) label += " (emulated)";
  if (!why_not_stronger.empty()) label += "; " + why_not_stronger;
  return label;
}

}  // namespace

std::string InMinutes(std::chrono::system_clock::duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(duration).count()) + " min";
}

Result<PlatformMetadata> ReadMetadata(const StepContext& step, bool retries) {
  return step.trace.Run(
      Step::kMetadata, step.plan.imds_base,
      [&]() -> Result<PlatformMetadata> {
        if (auto ended = CheckCall(step.call, Step::kMetadata)) return *std::move(ended);
        return Parsed(step, GetMetadata(step, retries), imds::kMetadataLeg, [&](const HttpResponse& answer) {
          return imds::ParseMetadataResponse(answer, step.plan.identity, step.plan.attested,
                                             step.plan.secrets);
        });
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
        if (!key) return WithoutSecrets(step, std::move(key));
        if ((*key)->Origin() == KeyOrigin::kEmulated && !step.plan.endpoint_rules.imds_base_is_loopback) {
          return EmulatedKeyError();
        }
        step.trace.UsesKey((*key)->Tier(), (*key)->Origin());
        return key;
      },
      [&](const KeyPtr& key) {
        return Outcome{KeyLabel(*key, step.ports.keys.WhyNotStronger(key->Tier())), ""};
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
        return WithoutSecrets(step, std::move(csr));
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
        bool from_cache = false;
        auto token = step.ports.attestation.GetToken(
            {where, metadata.client_id, key, x509::SpkiSha256Hex(key->PublicKey()), step.plan.secrets},
            step.call, &from_cache);
        if (from_cache) {
          step.trace.Hit(CacheKind::kAttestation, "attestation JWT from the cache");
        } else {
          step.trace.Miss(CacheKind::kAttestation, MissReason::kAbsent);
        }
        return token;
      },
      [&](const SecretString& token) {
        return Outcome{"attestation JWT, " + std::to_string(token.size()) + " characters", ""};
      });
}

void ForgetAttestation(const StepContext& step, const KeyPtr& key) {
  step.ports.attestation.Forget(x509::SpkiSha256Hex(key->PublicKey()));
}

Result<IssuedCredential> IssueCredential(const StepContext& step, const PlatformMetadata& metadata,
                                         const std::vector<std::uint8_t>& csr,
                                         const SecretString* attestation_token, bool bypass_cache) {
  return step.trace.Run(
      Step::kCredential, step.plan.imds_base,
      [&]() -> Result<IssuedCredential> {
        if (auto ended = CheckCall(step.call, Step::kCredential)) return *std::move(ended);
        if (bypass_cache) step.trace.Bypassing();
        Answered answered = PostCsr(step, csr, attestation_token, bypass_cache);
        const bool parameter_refused = bypass_cache && answered.outcome && answered.outcome->status == 400;
        if (parameter_refused) {
          if (auto ended = CheckCall(step.call, Step::kCredential)) return *std::move(ended);
          answered = PostCsr(step, csr, attestation_token, /*bypass_cache=*/false);
        }
        return Parsed(step, answered, imds::kCredentialLeg, [&](const HttpResponse& answer) {
          return imds::ParseCredentialResponse(answer, metadata,
                                               SecretsOf(step.plan, csr, attestation_token));
        });
      },
      [](const IssuedCredential& credential) {
        return Outcome{"certificate for a " + IdentityLabel(credential.identity_type) + " identity",
                       "token endpoint " + ForeignText(credential.mtls_authentication_endpoint)};
      });
}

Result<BindingPtr> CheckBinding(const StepContext& step, const IssuedCredential& credential,
                                const KeyPtr& key) {
  const auto origin = CheckTokenEndpoint(credential.mtls_authentication_endpoint, step.plan.endpoint_rules);
  if (!origin) return origin.error();
  const auto now = step.ports.clock.Now();
  auto certificate =
      x509::CheckCertificate(credential.certificate_der,
                             {credential.client_id, key, now, step.ports.keys.WhyNotStronger(key->Tier())});
  if (!certificate) return std::move(certificate).error();
  const BindingCertificate& checked = **certificate;
  const auto renew_at = rotation::RenewAt(checked.not_before(), checked.not_after(), now, checked.x5t_s256());
  return std::make_shared<const Binding>(Binding{*std::move(certificate), origin->ToString(),
                                                 credential.client_id, credential.tenant_id,
                                                 step.plan.attested, renew_at, StoreAlias(step.plan)});
}

Result<BindingPtr> BindCertificate(const StepContext& step, const IssuedCredential& credential,
                                   const KeyPtr& key) {
  return step.trace.Run(
      Step::kCertificate, "this process", [&] { return CheckBinding(step, credential, key); },
      [&](const BindingPtr& binding) {
        return Outcome{"certificate matches key and identity, valid for " +
                           InMinutes(binding->certificate->not_after() - step.ports.clock.Now()),
                       "x5t#S256 " + binding->certificate->x5t_s256()};
      });
}

}  // namespace msiv2::flow
