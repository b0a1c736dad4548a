// Decides whether a failure of the token leg means that the certificate can no longer be used.
#pragma once

#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::entra {

/// RejectsCertificate returns true if `error`, of step 7, means that exactly this certificate must be dropped
/// and a new one requested (spec, Remediation). These errors are `invalid_client` with AADSTS 1000610 to
/// 1000614 or without codes, and AADSTS1000901. A TLS alert about the certificate (42 to 46, 48, 49, 116) is
/// one as well.
bool RejectsCertificate(const Error& error);

/// DisownsCertificate returns true if `error` may mean that the token service does not know a certificate
/// from the certificate store. Such an error is `invalid_client` with any codes, or AADSTS500181. For a
/// certificate that IMDS has just issued, such an answer has another cause and is returned to the caller.
bool DisownsCertificate(const Error& error);

/// DoubtsCertificate returns true if `error` surfaces, but may be due to the certificate: AADSTS 500181,
/// 700027, 7000222 or 392204, or `unauthorized_client`. Three in a row make a certificate suspect (spec,
/// Remediation).
bool DoubtsCertificate(const Error& error);
/// DoubtsBinding returns true if no token endpoint was reached, or TLS with it failed. IMDS may have named a
/// bad endpoint together with the certificate. A proxy's refusal and a want of this process say nothing.
bool DoubtsBinding(const HttpFailure& failure);

/// RejectsAttestation returns true if `error` names the attestation behind the certificate (AADSTS 1000610 to
/// 1000614, with any OAuth error). The cached attestation JWT must then be evicted.
bool RejectsAttestation(const Error& error);

/// MayRejectCertificate returns true if `failure` is a reset after our Certificate message. Some servers
/// reject a certificate that way, so one new certificate is worth trying, once.
bool MayRejectCertificate(const HttpFailure& failure);

}  // namespace msiv2::entra
