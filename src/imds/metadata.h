// Step 1: platform metadata.
#pragma once

#include "http/failure.h"
#include "imds/call.h"
#include "model/flow_types.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// kMetadataLeg says how failures of step 1's transport are reported.
inline constexpr Leg kMetadataLeg{Step::kMetadata, ErrorCode::kImdsUnreachable, ErrorCode::kInvalidMetadata,
                                  "IMDS"};

/// BuildMetadataRequest returns `GET {base}/metadata/identity/getplatformmetadata`.
HttpRequest BuildMetadataRequest(const ImdsCall& call);

/// ParseMetadataResponse reads its final answer, after the retries.
///
/// `attestationEndpoint` is required when `attesting`; an identity chosen by client id must be echoed.
/// `secrets` are hidden in the words of a refusal.
/// Errors: `mtls_pop_token_not_supported_in_imds_v1` (404), `managed_identity_request_failed` (any other
/// status but 200), `invalid_metadata` (no IMDS behind the answer, or a field is missing or wrong).
Result<PlatformMetadata> ParseMetadataResponse(const HttpResponse& response,
                                               const ManagedIdentityId& identity, bool attesting,
                                               const KnownSecrets& secrets = {});

/// IsFromImds tells whether an answer says that it is of IMDS. Another server on the address, a proxy for
/// instance, is found out by it; it authenticates nobody.
bool IsFromImds(const HttpResponse& response);
/// IsRefusalOfAnother tells whether an answer is the refusal of a service that is not IMDS: 401, 403 or 404
/// without IMDS's header. Other clouds have a metadata service at the same address.
bool IsRefusalOfAnother(const HttpResponse& response);

/// V1OnlyError makes the error of an IMDS that offers MSI v1 only.
Error V1OnlyError();

}  // namespace msiv2::imds
