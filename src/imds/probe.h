// What GetCapabilities asks of IMDS: which version it speaks, and what kind of host this is.
#pragma once

#include <optional>
#include <string>

#include "base/known_secrets.h"
#include "msiv2/capabilities.h"
#include "msiv2/error.h"
#include "msiv2/http.h"
#include "msiv2/options.h"

namespace msiv2::imds {

/// ProbeCall is where to ask. A probe asks about the host, so it names no identity.
struct ProbeCall {
  std::string base;        ///< origin, from ResolveImdsBase
  std::string request_id;  ///< UUID, sent as x-ms-client-request-id
  Timeouts timeouts;       ///< an attempt gets at most five seconds of them
};

/// BuildV2Probe returns getplatformmetadata without the `Metadata` header: an IMDS that knows the path
/// answers 400, one that does not 404. (Spec, Capabilities.)
HttpRequest BuildV2Probe(const ProbeCall& call);
/// BuildV1Probe returns the MSI v1 token request without the `Metadata` header; it can yield no token.
HttpRequest BuildV1Probe(const ProbeCall& call);
/// BuildComputeRequest returns `GET {base}/metadata/instance/compute`.
HttpRequest BuildComputeRequest(const ProbeCall& call);

/// ProbeAnswer is what a probe says about its path.
enum class ProbeAnswer {
  kPresent,  ///< 400: IMDS knows the path
  kAbsent,   ///< 404: it does not
  kUnclear,  ///< anything else
};

/// ReadProbe reads the status of a probe's final answer.
ProbeAnswer ReadProbe(const HttpResponse& response) noexcept;

/// UnclearProbeError says what an answer that is neither 400 nor 404 means:
/// `managed_identity_request_failed`, or `invalid_metadata` for an answer that no IMDS gives to a probe.
Error UnclearProbeError(const HttpResponse& response, const KnownSecrets& secrets = {});

/// ComputeFacts are the parts of the compute metadata that decide about KeyGuard keys.
struct ComputeFacts {
  bool windows = false;  ///< `osType`
  HostSecurity security = HostSecurity::kUnknown;
};

/// ParseComputeResponse reads the compute metadata; nothing for any answer that is not 200 with a JSON object
/// that has an `osType`. A host without `securityProfile` or with another type is kStandard.
std::optional<ComputeFacts> ParseComputeResponse(const HttpResponse& response);

/// IsolatesKeys tells whether such a host can isolate keys by VBS: Windows with Trusted Launch, or as a
/// confidential VM. Nothing where the facts are not known.
std::optional<bool> IsolatesKeys(const std::optional<ComputeFacts>& compute);

}  // namespace msiv2::imds
