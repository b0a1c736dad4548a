#include "selftest/attestation_site.h"

#include "http/failure.h"
#include "imds/metadata.h"

namespace msiv2::selftest {

Result<AttestationSite> ReadAttestationSite(HttpTransport& http, const imds::ImdsCall& call,
                                            const EndpointRules& rules, const CallContext& context) {
  const auto response = http.Send(imds::BuildMetadataRequest(call), context);
  if (!response) return FailureError(response.error(), imds::kMetadataLeg, /*attempts=*/1);
  const auto metadata = imds::ParseMetadataResponse(*response, call.identity, /*attesting=*/true);
  if (!metadata) return metadata.error();
  const auto origin = CheckAttestationEndpoint(metadata->attestation_endpoint, rules);
  if (!origin) return origin.error();
  return AttestationSite{origin->ToString(), metadata->client_id};
}

}  // namespace msiv2::selftest
