#include "flow/mint.h"

#include <optional>
#include <string_view>

#include "flow/restore.h"
#include "http/retry.h"

namespace msiv2::flow {
namespace {

MissReason WhyMinted(MintMode mode) {
  if (mode == MintMode::kBypass) return MissReason::kReplaced;
  return mode == MintMode::kRenewal ? MissReason::kDue : MissReason::kAbsent;
}

// Returns a certificate of the store that will do, or null.
BindingPtr Restore(const AcquisitionContext& acquisition, const PlatformMetadata& metadata, const KeyPtr& key,
                   const MintRequest& request, std::string_view detail) {
  if (request.mode == MintMode::kBypass) return nullptr;
  BindingPtr stored = RestoreBinding(acquisition, metadata, key, request.replaces);
  if (stored) acquisition.trace.Hit(CacheKind::kCertificate, detail);
  return stored;
}

// Returns what another process has stored before this one got the lock, or null.
BindingPtr RestoreUnderLock(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                            const KeyPtr& key, const MintRequest& request) {
  if (request.lock == nullptr) {
    request.lock = LockMint(acquisition, *key, /*waits=*/request.mode != MintMode::kBypass);
  }
  if (request.lock == nullptr) return nullptr;
  return Restore(acquisition, metadata, key, request, "certificate that another process has just stored");
}

}  // namespace

Result<BindingPtr> MintBinding(const AcquisitionContext& acquisition, const MintRequest& request) {
  const MintMode mode = request.mode;
  acquisition.trace.Miss(CacheKind::kCertificate, WhyMinted(mode));
  // Making an RSA key takes longer than asking IMDS: step 2 runs while step 1 is on the wire. A host that has
  // not shown MSI v2 makes no key yet.
  if (acquisition.ports.imds_bases.OffersV2(acquisition.plan.imds_base)) {
    acquisition.ports.keys.Start(acquisition.plan.key_policy);
  }

  const auto metadata = ReadMetadata(acquisition, acquisition.plan.retries);  // step 1
  if (!metadata) return metadata.error();
  if (mode == MintMode::kAny && request.adopt) {
    if (BindingPtr serving = request.adopt(*metadata)) return serving;
  }

  const auto key = GetKey(acquisition);  // step 2
  if (!key) return key.error();

  BindingPtr stored =
      Restore(acquisition, *metadata, *key, request, "certificate from the certificate store");
  if (stored == nullptr) stored = RestoreUnderLock(acquisition, *metadata, *key, request);
  if (stored != nullptr) return stored;

  const auto csr = MakeCsr(acquisition, *metadata, *key);  // step 3
  if (!csr) return csr.error();

  std::optional<SecretString> attestation_token;  // step 4
  if (acquisition.plan.attested) {
    auto attested = Attest(acquisition, *metadata, *key);
    if (!attested) return attested.error();
    attestation_token = *std::move(attested);
  }

  const auto credential =  // step 5
      IssueCredential(acquisition, *metadata, *csr, attestation_token ? &*attestation_token : nullptr,
                      mode == MintMode::kBypass);
  if (!credential) {
    // The refusal may be meant for the attestation JWT: the next call gets a fresh one.
    const int status = credential.error().http_status;
    const bool refused = status >= 400 && status <= 499 && !IsTransientImdsStatus(status);
    if (attestation_token && refused) ForgetAttestation(acquisition, *key);
    return credential.error();
  }

  // Step 7 fetches tokens with it: token_step.cc.
  return BindCertificate(acquisition, *credential, *key);  // step 6
}

}  // namespace msiv2::flow
