// Step 5: the credential, a certificate for our key.
#pragma once

#include "base/bytes.h"
#include "http/failure.h"
#include "imds/call.h"
#include "model/flow_types.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// kCredentialLeg defines how transport failures of step 5 are reported.
inline constexpr Leg kCredentialLeg{Step::kCredential, ErrorCode::kCredentialRequestFailed,
                                    ErrorCode::kCredentialRequestFailed, "IMDS"};

/// BuildCredentialRequest returns `POST {base}/metadata/identity/issuecredential`.
///
/// `csr_der` is the bare DER. If the request is not attested, `attestation_token` is null and the member is
/// omitted. Otherwise the token must not be empty and is always sent as given. So an attested request never
/// turns into an unattested one. `bypass_cache` asks IMDS for a new certificate instead of a cached one.
HttpRequest BuildCredentialRequest(const ImdsCall& call, ByteView csr_der,
                                   const SecretString* attestation_token, bool bypass_cache);

/// ParseCredentialResponse parses the final answer to a credential request. It decodes the certificate but
/// does not check it. `secrets` are hidden in the message of a refusal.
///
/// Errors: `credential_request_failed` (any status but 200, a missing field, or a client or tenant that is
/// not that of `metadata`), `invalid_certificate` (not strict base64).
Result<IssuedCredential> ParseCredentialResponse(const HttpResponse& response,
                                                 const PlatformMetadata& metadata,
                                                 const KnownSecrets& secrets = {});

}  // namespace msiv2::imds
