// Does a failure of the token leg mean that the certificate is no longer good?
#pragma once

#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::entra {

/// RejectsCertificate tells whether `error`, of step 7, means that exactly this certificate must be dropped
/// and a new one minted (spec, Remediation): `invalid_client` with AADSTS 1000610 to 1000614 or without
/// codes, AADSTS1000901, or a TLS alert that speaks of the certificate (42 to 46, 48, 49, 116).
bool RejectsCertificate(const Error& error);

/// DisownsCertificate tells whether `error` may mean that a certificate from the certificate store is not one
/// that the token service knows: `invalid_client` with any codes, or AADSTS500181. For one that IMDS has just
/// issued such an answer has another cause, and surfaces.
bool DisownsCertificate(const Error& error);

/// RejectsAttestation tells whether `error` names the attestation behind the certificate (AADSTS 1000610 to
/// 1000614, whatever the OAuth error), so that the cached attestation JWT must go.
bool RejectsAttestation(const Error& error);

/// MayRejectCertificate tells whether `failure` is a reset after our Certificate message: some servers refuse
/// a certificate that way, so it is worth one new certificate, once.
bool MayRejectCertificate(const HttpFailure& failure);

}  // namespace msiv2::entra
