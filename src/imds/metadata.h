// Step 1: platform metadata.
#pragma once

#include "http/failure.h"
#include "imds/call.h"
#include "model/flow_types.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// kMetadataLeg defines how transport failures of step 1 are reported.
inline constexpr Leg kMetadataLeg{Step::kMetadata, ErrorCode::kImdsUnreachable, ErrorCode::kInvalidMetadata,
                                  "IMDS"};

/// BuildMetadataRequest returns `GET {base}/metadata/identity/getplatformmetadata`.
HttpRequest BuildMetadataRequest(const ImdsCall& call);

/// ParseMetadataResponse parses the final answer to a metadata request, after the retries.
///
/// `attestationEndpoint` is required if `attesting`. If a client id selects the identity, the answer must
/// repeat that id. `secrets` are hidden in the message of a refusal. Errors:
/// `mtls_pop_token_not_supported_in_imds_v1` (404), `identity_not_found`,
/// `managed_identity_request_failed` (any other status but
/// 200), `invalid_metadata` (the answer is not from IMDS, or a field is missing or wrong).
Result<PlatformMetadata> ParseMetadataResponse(const HttpResponse& response,
                                               const ManagedIdentityId& identity, bool attesting,
                                               const KnownSecrets& secrets = {});

/// NamesImds returns true if a Server header is one of IMDS. This detects another server at the address, for
/// example a proxy. It does not authenticate IMDS.
bool NamesImds(std::string_view server);
/// IsFromImds returns true if an answer has such a header.
bool IsFromImds(const HttpResponse& response);

/// V1OnlyError returns the error for an IMDS that does not offer MSI v2.
Error V1OnlyError();

}  // namespace msiv2::imds
