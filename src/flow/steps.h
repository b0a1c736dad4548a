// Steps 1 to 6, each a function from plain structs to a Result, with its events around it.
#pragma once

#include <memory>
#include <string>

#include "flow/acquisition_stats.h"
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
  AcquisitionStats* stats;  ///< null for work that is not counted
};

using KeyPtr = std::shared_ptr<const SigningKey>;
using BindingPtr = std::shared_ptr<const Binding>;

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

/// CheckBinding applies every rule of step 6 to a fresh or a stored credential. The endpoint is checked
/// first, so that a certificate with a bad endpoint is never adopted.
Result<BindingPtr> CheckBinding(const AcquisitionContext& acquisition, const IssuedCredential& credential,
                                const KeyPtr& key);

}  // namespace msiv2::flow
