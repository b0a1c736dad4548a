// Asks IMDS where to attest a key.
#pragma once

#include <string>

#include "imds/call.h"
#include "imds/endpoint.h"
#include "msiv2/call.h"
#include "msiv2/http.h"
#include "msiv2/result.h"
#include "selftest/parts.h"

namespace msiv2::selftest {

/// ReadAttestationSite requests the metadata of IMDS once, without retries, and checks the endpoint in them.
/// Errors: those of steps 1 and 4.
Result<AttestationSite> ReadAttestationSite(HttpTransport& http, const imds::ImdsCall& call,
                                            const EndpointRules& rules, const CallContext& context);

}  // namespace msiv2::selftest
