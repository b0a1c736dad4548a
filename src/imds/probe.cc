#include "imds/probe.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json.h"
#include "imds/imds_error.h"

namespace msiv2::imds {
namespace {

constexpr std::chrono::milliseconds kLongestAttempt{5000};

HttpRequest StartProbe(const ProbeCall& call, const char* path_and_query) {
  HttpRequest request;
  request.url = call.base + path_and_query;
  request.headers = {{"x-ms-client-request-id", call.request_id}};
  request.use_proxy = false;
  request.connect_timeout = call.timeouts.imds_connect;
  request.attempt_timeout = std::min(call.timeouts.attempt, kLongestAttempt);
  return request;
}

HostSecurity ReadSecurity(const JsonObject& compute) {
  const auto profile = compute.Object("securityProfile");
  const std::string type = profile ? profile->String("securityType").value_or("") : "";
  if (EqualsIgnoreCase(type, "TrustedLaunch")) return HostSecurity::kTrustedLaunch;
  if (EqualsIgnoreCase(type, "ConfidentialVM")) return HostSecurity::kConfidentialVm;
  return HostSecurity::kStandard;
}

}  // namespace

HttpRequest BuildV2Probe(const ProbeCall& call) {
  return StartProbe(call, "/metadata/identity/getplatformmetadata?cred-api-version=2.0");
}

HttpRequest BuildV1Probe(const ProbeCall& call) {
  return StartProbe(call, "/metadata/identity/oauth2/token?api-version=2018-02-01");
}

HttpRequest BuildComputeRequest(const ProbeCall& call) {
  HttpRequest request = StartProbe(call, "/metadata/instance/compute?api-version=2021-02-01");
  request.headers.emplace_back("Metadata", "true");
  return request;
}

ProbeAnswer ReadProbe(const HttpResponse& response) noexcept {
  if (response.status == 400) return ProbeAnswer::kPresent;
  return response.status == 404 ? ProbeAnswer::kAbsent : ProbeAnswer::kUnclear;
}

Error UnclearProbeError(const HttpResponse& response, const KnownSecrets& secrets) {
  if (response.status >= 400) {
    return RefusalError(ErrorCode::kManagedIdentityRequestFailed, Step::kMetadata, "a probe", response,
                        secrets);
  }
  Error error(ErrorCode::kInvalidMetadata, Step::kMetadata,
              "the answer to a probe has status " + std::to_string(response.status) +
                  ", which IMDS does not give to a request without the Metadata header");
  error.http_status = response.status;
  return error;
}

std::optional<ComputeFacts> ParseComputeResponse(const HttpResponse& response) {
  if (response.status != 200) return std::nullopt;
  const auto compute = JsonObject::Parse(response.body);
  const auto os_type = compute ? compute->String("osType") : std::nullopt;
  if (!os_type) return std::nullopt;
  return ComputeFacts{EqualsIgnoreCase(*os_type, "Windows"), ReadSecurity(*compute)};
}

std::optional<bool> IsolatesKeys(const std::optional<ComputeFacts>& compute) {
  if (!compute) return std::nullopt;
  const bool trusted_boot =
      compute->security == HostSecurity::kTrustedLaunch || compute->security == HostSecurity::kConfidentialVm;
  return compute->windows && trusted_boot;
}

}  // namespace msiv2::imds
