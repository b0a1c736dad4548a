// Step 5: the credential, a certificate for our key.
#pragma once

#include "base/bytes.h"
#include "http/failure.h"
#include "imds/call.h"
#include "model/flow_types.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// kCredentialLeg says how failures of step 5's transport are reported.
inline constexpr Leg kCredentialLeg{Step::kCredential, ErrorCode::kCredentialRequestFailed,
                                    ErrorCode::kCredentialRequestFailed, "IMDS"};

/// BuildCredentialRequest returns `POST {base}/metadata/identity/issuecredential`.
///
/// `csr_der` is the bare DER. `attestation_token` is null when not attesting, and the member is then left
/// out; otherwise it must not be empty, and it is always sent as given, so that an attested request never
/// turns into an unattested one. `bypass_cache` asks IMDS for a new certificate instead of one it keeps.
HttpRequest BuildCredentialRequest(const ImdsCall& call, ByteView csr_der,
                                   const SecretString* attestation_token, bool bypass_cache);

/// ParseCredentialResponse reads its final answer. The certificate is decoded but not looked into.
/// `secrets` are hidden in the words of a refusal.
///
/// Errors: `credential_request_failed` (any status but 200; a field is missing; client or tenant are not
/// those of `metadata`), `invalid_certificate` (no strict base64).
Result<IssuedCredential> ParseCredentialResponse(const HttpResponse& response,
                                                 const PlatformMetadata& metadata,
                                                 const KnownSecrets& secrets = {});

}  // namespace msiv2::imds
