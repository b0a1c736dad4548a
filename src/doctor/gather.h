// Collects what the checks use: the environment, and answers to read-only requests.
#pragma once

#include <string>

#include "doctor/facts.h"
#include "msiv2/options.h"

namespace msiv2::doctor {

/// ReadEnvironment fills in what the variables and the client's options say, except for the endpoint rules.
void ReadEnvironment(const ClientOptions& options, const EnvironmentReader& environment, Facts& facts);

/// AskImds sends the two probes, the request for compute metadata and step 1. Each is sent once, and only if
/// the previous answer leaves a chance. Without an IMDS base in `facts`, it sends nothing.
void AskImds(HttpTransport& http, const ClientOptions& options, const std::string& request_id,
             const CallContext& call, Facts& facts);

/// TryEndpoints opens a TLS connection to the attestation endpoint that IMDS named, if the client has an
/// attestor. It also opens one to the token endpoint, if there is one to try. It contacts only endpoints that
/// the rules allow.
void TryEndpoints(HttpTransport& http, const ClientOptions& options, const CallContext& call, Facts& facts);

}  // namespace msiv2::doctor
