// Finding out what the checks look at: the environment, and read-only requests.
#pragma once

#include <string>

#include "doctor/facts.h"
#include "msiv2/options.h"

namespace msiv2::doctor {

/// ReadEnvironment fills in what the variables and the client's options say, but for the endpoint rules.
void ReadEnvironment(const ClientOptions& options, const EnvironmentReader& environment, Facts& facts);

/// AskImds sends the two probes, the request for compute metadata and step 1, each once and only where the
/// one before leaves a chance. It sends nothing where `facts` hold no IMDS base.
void AskImds(HttpTransport& http, const ClientOptions& options, const std::string& request_id,
             const CallContext& call, Facts& facts);

/// TryEndpoints opens a TLS connection to the attestation endpoint that IMDS named, where the client has an
/// attestor, and to the token endpoint, where there is one to try. Only endpoints that the rules allow.
void TryEndpoints(HttpTransport& http, const ClientOptions& options, const CallContext& call, Facts& facts);

}  // namespace msiv2::doctor
