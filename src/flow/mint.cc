#include "flow/mint.h"

#include <optional>

namespace msiv2::flow {

Result<BindingPtr> MintBinding(const StepContext& step, MintMode mode) {
  // Making an RSA key takes longer than asking IMDS: step 2 runs while step 1 is on the wire.
  step.ports.keys.Start(step.plan.key_policy);

  const auto metadata = ReadMetadata(step, step.plan.retries);  // step 1
  if (!metadata) return metadata.error();

  const auto key = GetKey(step);  // step 2
  if (!key) return key.error();

  if (mode == MintMode::kAny) {
    if (const BindingPtr stored = RestoreBinding(step, *metadata, *key)) return stored;
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
    if (attestation_token) ForgetAttestation(step, *key);
    return credential.error();
  }

  const auto binding = BindCertificate(step, *credential, *key);  // step 6
  if (!binding) return binding.error();

  StoreBinding(step, **binding);
  return *binding;  // step 7 fetches tokens with it, see acquire.cc
}

}  // namespace msiv2::flow
