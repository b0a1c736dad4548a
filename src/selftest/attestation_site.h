// Asking IMDS where a key is to be attested.
#pragma once

#include <string>

#include "http/endpoint.h"
#include "imds/call.h"
#include "msiv2/call.h"
#include "msiv2/http.h"
#include "msiv2/result.h"
#include "selftest/parts.h"

namespace msiv2::selftest {

/// ReadAttestationSite asks IMDS once, without retries, for its metadata and checks the endpoint that they
/// name. Errors: those of steps 1 and 4.
Result<AttestationSite> ReadAttestationSite(HttpTransport& http, const imds::ImdsCall& call,
                                            const EndpointRules& rules, const CallContext& context);

}  // namespace msiv2::selftest
