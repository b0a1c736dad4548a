// The seven steps, each a function from plain structs to a Result, with its events around it. Steps 1 to 6
// are in steps.cc, in order; step 7 is token_step.cc.
#pragma once

#include <memory>
#include <string>

#include "flow/gate.h"
#include "flow/ports.h"
#include "flow/trace.h"
#include "model/flow_types.h"

namespace msiv2::flow {

/// AcquisitionContext is what every step of one acquisition shares.
struct AcquisitionContext {
  const BoundTokenPlan& plan;
  const Ports& ports;
  const Trace& trace;
  const CallContext& call;
};

using KeyPtr = std::shared_ptr<const SigningKey>;
using BindingPtr = std::shared_ptr<const Binding>;
using TokenPtr = std::shared_ptr<const AccessToken>;

/// ReadMetadata is step 1. `retries` false: one attempt only.
Result<PlatformMetadata> ReadMetadata(const AcquisitionContext& acquisition, bool retries);
/// GetKey is step 2. It refuses an emulated key unless the IMDS base is on loopback.
Result<KeyPtr> GetKey(const AcquisitionContext& acquisition);
/// MakeCsr is step 3; the CSR is DER.
Result<std::vector<std::uint8_t>> MakeCsr(const AcquisitionContext& acquisition,
                                          const PlatformMetadata& metadata, const KeyPtr& key);
/// Attest is step 4. Not called for an unattested plan.
Result<SecretString> Attest(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                            const KeyPtr& key);
/// ForgetAttestation drops the cached JWTs of `key`, after what they led to was refused.
void ForgetAttestation(const AcquisitionContext& acquisition, const KeyPtr& key);
/// IssueCredential is step 5. `attestation_token` is null for an unattested plan. `bypass_cache` asks IMDS
/// for a new certificate; an IMDS that answers 400 to the parameter is asked again without it.
Result<IssuedCredential> IssueCredential(const AcquisitionContext& acquisition,
                                         const PlatformMetadata& metadata,
                                         const std::vector<std::uint8_t>& csr,
                                         const SecretString* attestation_token, bool bypass_cache);
/// BindCertificate is step 6.
Result<BindingPtr> BindCertificate(const AcquisitionContext& acquisition, const IssuedCredential& credential,
                                   const KeyPtr& key);
/// CertificateVerdict says what a failed token request means for its certificate.
enum class CertificateVerdict {
  kNone,          ///< nothing
  kRefused,       ///< exactly this certificate must be given up
  kMaybeRefused,  ///< perhaps: the server reset the connection after our Certificate message
  kDoubtful,      ///< it may be the reason: three such failures in a row make the certificate suspect
};

/// TokenAttempt is what one request for a token returned.
struct TokenAttempt {
  Result<TokenPtr> token;
  CertificateVerdict verdict = CertificateVerdict::kNone;  ///< of a failure
};

/// FetchToken is step 7.
TokenAttempt FetchToken(const AcquisitionContext& acquisition, const Binding& binding);

/// CheckBinding applies every rule of step 6 to a fresh or a stored credential. The endpoint is checked
/// first, so that a certificate with a bad endpoint is never adopted.
Result<BindingPtr> CheckBinding(const AcquisitionContext& acquisition, const IssuedCredential& credential,
                                const KeyPtr& key);

/// StoreAlias returns the certificate store's alias of the plan: `<identity>#att=<0|1>`.
std::string StoreAlias(const BoundTokenPlan& plan);
/// RestoreBinding returns a binding from the certificate store that still passes every check of step 6
/// for this metadata and key, or null. Damaged and foreign entries are passed over; those that were made for
/// a key that `key` has taken the place of are removed. If `replaces` is not null, the binding expires later
/// than it and is not due for renewal itself.
BindingPtr RestoreBinding(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                          const KeyPtr& key, const Binding* replaces);
/// LockMint takes the lock under which processes that share the certificate store mint for `key`. It
/// returns null without a store, if the store has no lock, or if no other process has this key. `waits`
/// false: it does not wait.
std::unique_ptr<MintLock> LockMint(const AcquisitionContext& acquisition, const SigningKey& key, bool waits);
/// StoreBinding keeps a fresh binding in the certificate store, if there is one.
void StoreBinding(const AcquisitionContext& acquisition, const Binding& binding);
/// RemoveBinding drops a refused binding from the certificate store, if there is one.
void RemoveBinding(const AcquisitionContext& acquisition, const Binding& binding);

}  // namespace msiv2::flow
