#include "flow/mint.h"

#include <optional>

#include "http/retry.h"

namespace msiv2::flow {
namespace {

MissReason WhyMinted(MintMode mode) {
  if (mode == MintMode::kBypass) return MissReason::kReplaced;
  return mode == MintMode::kRenewal ? MissReason::kDue : MissReason::kAbsent;
}

}  // namespace

Result<BindingPtr> MintBinding(const StepContext& step, MintMode mode, const AdoptBinding& adopt) {
  step.trace.Miss(CacheKind::kCertificate, WhyMinted(mode));
  // Making an RSA key takes longer than asking IMDS: step 2 runs while step 1 is on the wire.
  step.ports.keys.Start(step.plan.key_policy);

  const auto metadata = ReadMetadata(step, step.plan.retries);  // step 1
  if (!metadata) return metadata.error();
  if (mode == MintMode::kAny && adopt) {
    if (BindingPtr serving = adopt(*metadata)) return serving;
  }

  const auto key = GetKey(step);  // step 2
  if (!key) return key.error();

  if (mode == MintMode::kAny) {
    if (const BindingPtr stored = RestoreBinding(step, *metadata, *key)) {
      step.trace.Hit(CacheKind::kCertificate, "certificate from the certificate store");
      return stored;
    }
  }

  const auto csr = MakeCsr(step, *metadata, *key);  // step 3
  if (!csr) return csr.error();

  std::optional<SecretString> attestation_token;  // step 4
  if (step.plan.attested) {
    auto attested = Attest(step, *metadata, *key);
    if (!attested) return attested.error();
    attestation_token = *std::move(attested);
  }

  const auto credential =  // step 5
      IssueCredential(step, *metadata, *csr, attestation_token ? &*attestation_token : nullptr,
                      mode == MintMode::kBypass);
  if (!credential) {
    // The refusal may be meant for the attestation JWT: the next call gets a fresh one.
    const int status = credential.error().http_status;
    const bool refused = status >= 400 && status <= 499 && !IsTransientImdsStatus(status);
    if (attestation_token && refused) ForgetAttestation(step, *key);
    return credential.error();
  }

  return BindCertificate(step, *credential, *key);  // step 6; step 7 fetches tokens with it: token_step.cc
}

}  // namespace msiv2::flow
