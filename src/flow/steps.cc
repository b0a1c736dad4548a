#include "flow/steps.h"

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/foreign_text.h"
#include "base/wait.h"
#include "flow/exchange.h"
#include "flow/restore.h"
#include "http/request_wiper.h"
#include "imds/credential.h"
#include "imds/endpoint.h"
#include "imds/metadata.h"
#include "rotation/schedule.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/spki.h"

namespace msiv2::flow {
namespace {

imds::ImdsCall CallTo(const AcquisitionContext& acquisition) {
  return {acquisition.plan.imds_base, acquisition.plan.identity, acquisition.trace.correlation_id(),
          acquisition.plan.timeouts};
}

RetryContext RetriesTo(const AcquisitionContext& acquisition, Step step, bool retries) {
  return RetriesOf(acquisition.trace, acquisition.ports.random, step, acquisition.plan.imds_base, retries);
}

Answered PostCsr(const AcquisitionContext& acquisition, const std::vector<std::uint8_t>& csr,
                 const SecretString* attestation_token, bool bypass_cache) {
  HttpRequest request =
      imds::BuildCredentialRequest(CallTo(acquisition), csr, attestation_token, bypass_cache);
  const RequestWiper wiper(request);
  return SendWithRetry(acquisition.ports.http, request, RetryLeg::kCredential,
                       RetriesTo(acquisition, Step::kCredential, acquisition.plan.retries), acquisition.call);
}

// A 404 of step 1 means MSI v1 only. The base is remembered once the whole schedule has confirmed it. From
// then on a 404 is final, and everything else is retried as ever.
ImdsAnswered GetMetadata(const AcquisitionContext& acquisition, bool retries) {
  ImdsBases& bases = acquisition.ports.imds_bases;
  const std::string& base = acquisition.plan.imds_base;
  ImdsAnswered got = AskImds(acquisition.ports.http, bases, {base, acquisition.plan.imds_named},
                             imds::ImdsLeg::kMetadata, imds::BuildMetadataRequest(CallTo(acquisition)),
                             bases.OffersV1Only(base) ? RetryLeg::kProbe : RetryLeg::kImds,
                             RetriesTo(acquisition, Step::kMetadata, retries), acquisition.call);
  const auto& [answered, from] = got;
  const int status = answered.outcome && from == imds::Answerer::kImds ? answered.outcome->status : 0;
  if (status == 404 && retries && !answered.attempts.out_of_time) bases.RememberV1Only(base);
  if (status == 200) bases.RememberV2(base);
  return got;
}

// What IMDS may quote of a request for a credential.
KnownSecrets SecretsOf(const BoundTokenPlan& plan, const std::vector<std::uint8_t>& csr,
                       const SecretString* attestation_token) {
  KnownSecrets secrets = plan.secrets;
  secrets.Add(Base64Encode(csr));
  if (attestation_token != nullptr) secrets.Add(attestation_token->Reveal());
  return secrets;
}

// The words of a user-supplied port about its keys are foreign text.
template <typename T>
Result<T> WithoutSecrets(const AcquisitionContext& acquisition, Result<T> result) {
  constexpr std::size_t kLongest = 1000;  // the words of several providers
  if (!result)
    result.error().message = ForeignText(result.error().message, acquisition.plan.secrets, kLongest);
  return result;
}

// In our own words: the text of IMDS is foreign text.
std::string IdentityLabel(std::string_view identity_type) {
  if (EqualsIgnoreCase(identity_type, "SystemAssigned")) return "system-assigned";
  if (EqualsIgnoreCase(identity_type, "UserAssigned")) return "user-assigned";
  return "managed";
}

std::string KeyLabel(const SigningKey& key, const std::string& why_not_stronger) {
  std::string label = std::string(Name(key.Strength())) + " key, RSA-2048, not exportable";
  if (key.Origin() == KeyOrigin::kEmulated) label += " (emulated)";
  if (!why_not_stronger.empty()) label += "; " + why_not_stronger;
  return label;
}

}  // namespace

Result<PlatformMetadata> ReadMetadata(const AcquisitionContext& acquisition, bool retries) {
  return acquisition.trace.Run(
      Step::kMetadata, acquisition.plan.imds_base,
      [&]() -> Result<PlatformMetadata> {
        if (auto ended = CheckCall(acquisition.call, Step::kMetadata)) return *std::move(ended);
        const auto [answered, from] = GetMetadata(acquisition, retries);
        if (from != imds::Answerer::kImds) {
          return answered.Complete(imds::NotImdsError(imds::ImdsLeg::kMetadata, from, answered.outcome,
                                                      answered.attempts.made, acquisition.plan.secrets));
        }
        return Parsed(acquisition, answered, imds::kMetadataLeg, [&](const HttpResponse& answer) {
          return imds::ParseMetadataResponse(answer, acquisition.plan.identity, acquisition.plan.attested,
                                             acquisition.plan.secrets);
        });
      },
      [](const PlatformMetadata& metadata) {
        return Outcome{metadata.cu_id.vmss_id.empty() ? "platform metadata of a VM"
                                                      : "platform metadata of a scale set instance",
                       "client " + metadata.client_id + ", tenant " + metadata.tenant_id};
      });
}

Result<KeyPtr> GetKey(const AcquisitionContext& acquisition) {
  return acquisition.trace.Run(
      Step::kKey, "key chain",
      [&]() -> Result<KeyPtr> {
        auto key = acquisition.ports.keys.GetOrCreateKey(acquisition.plan.key_policy, acquisition.call);
        if (!key) return WithoutSecrets(acquisition, std::move(key));
        if ((*key)->Origin() == KeyOrigin::kEmulated &&
            !acquisition.plan.endpoint_rules.imds_base_is_loopback) {
          return EmulatedKeyError();
        }
        if (acquisition.stats != nullptr) acquisition.stats->UsesKey((*key)->Strength(), (*key)->Origin());
        return key;
      },
      [&](const KeyPtr& key) {
        return Outcome{KeyLabel(*key, acquisition.ports.keys.WhyNotStronger(key->Strength())), ""};
      });
}

Result<std::vector<std::uint8_t>> MakeCsr(const AcquisitionContext& acquisition,
                                          const PlatformMetadata& metadata, const KeyPtr& key) {
  return acquisition.trace.Run(
      Step::kCsr, "this process",
      [&]() -> Result<std::vector<std::uint8_t>> {
        if (auto ended = CheckCall(acquisition.call, Step::kCsr)) return *std::move(ended);
        auto csr = x509::BuildCsr({metadata.client_id, metadata.tenant_id, metadata.cu_id}, *key);
        if (!csr && csr.error().code == ErrorCode::kKeySignFailed) acquisition.ports.keys.ForgetIfDead(key);
        return WithoutSecrets(acquisition, std::move(csr));
      },
      [](const std::vector<std::uint8_t>& der) {
        return Outcome{"PKCS#10, " + std::to_string(der.size()) + " bytes, RSASSA-PSS, CUID attribute", ""};
      });
}

Result<SecretString> Attest(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                            const KeyPtr& key) {
  const auto origin =
      CheckAttestationEndpoint(metadata.attestation_endpoint, acquisition.plan.endpoint_rules);
  const std::string where = origin ? origin->ToString() : "attestation endpoint";
  return acquisition.trace.Run(
      Step::kAttestation, where,
      [&]() -> Result<SecretString> {
        if (!origin) return origin.error();
        bool from_cache = false;
        auto token = acquisition.ports.attestation.GetToken(
            {where, metadata.client_id, key, x509::SpkiSha256Hex(key->PublicKey()), acquisition.plan.secrets},
            acquisition.call, &from_cache);
        if (from_cache) {
          acquisition.trace.Hit(CacheKind::kAttestation, "attestation JWT from the cache");
        } else {
          acquisition.trace.Miss(CacheKind::kAttestation, MissReason::kAbsent);
        }
        return token;
      },
      [&](const SecretString& token) {
        return Outcome{"attestation JWT, " + std::to_string(token.size()) + " characters", ""};
      });
}

void ForgetAttestation(const AcquisitionContext& acquisition, const KeyPtr& key) {
  acquisition.ports.attestation.Forget(x509::SpkiSha256Hex(key->PublicKey()));
}

Result<IssuedCredential> IssueCredential(const AcquisitionContext& acquisition,
                                         const PlatformMetadata& metadata,
                                         const std::vector<std::uint8_t>& csr,
                                         const SecretString* attestation_token, bool bypass_cache) {
  return acquisition.trace.Run(
      Step::kCredential, acquisition.plan.imds_base,
      [&]() -> Result<IssuedCredential> {
        if (auto ended = CheckCall(acquisition.call, Step::kCredential)) return *std::move(ended);
        if (bypass_cache && acquisition.stats != nullptr) acquisition.stats->Bypassing();
        Answered answered = PostCsr(acquisition, csr, attestation_token, bypass_cache);
        const bool parameter_refused = bypass_cache && answered.outcome && answered.outcome->status == 400;
        if (parameter_refused) {
          if (auto ended = CheckCall(acquisition.call, Step::kCredential)) return *std::move(ended);
          answered = PostCsr(acquisition, csr, attestation_token, /*bypass_cache=*/false);
        }
        return Parsed(acquisition, answered, imds::kCredentialLeg, [&](const HttpResponse& answer) {
          return imds::ParseCredentialResponse(answer, metadata,
                                               SecretsOf(acquisition.plan, csr, attestation_token));
        });
      },
      [](const IssuedCredential& credential) {
        return Outcome{"certificate for a " + IdentityLabel(credential.identity_type) + " identity",
                       "token endpoint " + ForeignText(credential.mtls_authentication_endpoint)};
      });
}

Result<BindingPtr> CheckBinding(const AcquisitionContext& acquisition, const IssuedCredential& credential,
                                const KeyPtr& key) {
  const auto origin =
      CheckTokenEndpoint(credential.mtls_authentication_endpoint, acquisition.plan.endpoint_rules);
  if (!origin) return origin.error();
  const auto now = acquisition.ports.clock.Now();
  auto certificate = x509::CheckCertificate(credential.certificate_der,
                                            {credential.client_id, acquisition.ports.keys.Watched(key), now,
                                             acquisition.ports.keys.WhyNotStronger(key->Strength())});
  if (!certificate) return std::move(certificate).error();
  const BindingCertificate& checked = **certificate;
  if (auto ok = acquisition.ports.try_in_tls(checked); !ok) return std::move(ok).error();
  const auto renew_at = rotation::RenewAt(checked.not_before(), checked.not_after(), now, checked.x5t_s256());
  return std::make_shared<const Binding>(
      Binding{*std::move(certificate), origin->ToString(), credential.client_id, credential.tenant_id,
              acquisition.plan.attested, renew_at, StoreAlias(acquisition.plan)});
}

Result<BindingPtr> BindCertificate(const AcquisitionContext& acquisition, const IssuedCredential& credential,
                                   const KeyPtr& key) {
  return acquisition.trace.Run(
      Step::kCertificate, "this process", [&] { return CheckBinding(acquisition, credential, key); },
      [&](const BindingPtr& binding) {
        return Outcome{"certificate matches key and identity, valid for " +
                           InMinutes(binding->certificate->not_after() - acquisition.ports.clock.Now()),
                       "x5t#S256 " + binding->certificate->x5t_s256()};
      });
}

}  // namespace msiv2::flow
