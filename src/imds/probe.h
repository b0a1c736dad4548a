// The probes that GetCapabilities sends to IMDS: which version it supports, and what kind of host this is.
#pragma once

#include <optional>
#include <string>

#include "base/known_secrets.h"
#include "msiv2/capabilities.h"
#include "msiv2/error.h"
#include "msiv2/http.h"
#include "msiv2/options.h"

namespace msiv2::imds {

/// ProbeCall holds the address of IMDS. A probe asks about the host, so it names no identity.
struct ProbeCall {
  std::string base;        ///< origin, from ResolveImdsBase
  std::string request_id;  ///< UUID, sent as x-ms-client-request-id
  Timeouts timeouts;       ///< an attempt is limited to five seconds of these
};

/// BuildV2Probe returns a getplatformmetadata request without the `Metadata` header. An IMDS that knows the
/// path answers 400, any other IMDS answers 404 (spec, Capabilities).
HttpRequest BuildV2Probe(const ProbeCall& call);
/// BuildV1Probe returns the MSI v1 token request without the `Metadata` header, so that it cannot yield a
/// token.
HttpRequest BuildV1Probe(const ProbeCall& call);
/// BuildComputeRequest returns `GET {base}/metadata/instance/compute`.
HttpRequest BuildComputeRequest(const ProbeCall& call);

/// ProbeAnswer is what the answer to a probe says about the path of the probe.
enum class ProbeAnswer {
  kPresent,  ///< 400: IMDS knows the path
  kAbsent,   ///< 404: IMDS does not know the path
  kUnclear,  ///< anything else
};

/// ReadProbe reads the status of a probe's final answer.
ProbeAnswer ReadProbe(const HttpResponse& response) noexcept;

/// UnclearProbeError returns the error for an answer that is neither 400 nor 404. It is
/// `managed_identity_request_failed`, or `invalid_metadata` if IMDS never gives such an answer to a probe.
Error UnclearProbeError(const HttpResponse& response, const KnownSecrets& secrets = {});

/// ComputeFacts holds the parts of the compute metadata that decide whether the host can have KeyGuard keys.
struct ComputeFacts {
  bool windows = false;  ///< `osType`
  HostSecurity security = HostSecurity::kUnknown;
};

/// ParseComputeResponse parses the compute metadata. It returns nullopt unless the answer is 200 with a JSON
/// object that has an `osType`. A host without `securityProfile` or with another type is kStandard.
std::optional<ComputeFacts> ParseComputeResponse(const HttpResponse& response);

/// IsolatesKeys returns true if such a host can isolate keys by VBS: Windows with Trusted Launch, or Windows
/// as a confidential VM. It returns nullopt if the facts are not known.
std::optional<bool> IsolatesKeys(const std::optional<ComputeFacts>& compute);

}  // namespace msiv2::imds
