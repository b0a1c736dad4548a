// Cloud Shell: POST MSI_ENDPOINT with a form; it has the signed-in user's identity only.
#include <utility>

#include "base/url.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.msi_endpoint)) return {SourceState::kAbsent, "MSI_ENDPOINT is not set"};
  if (IsSet(host.msi_secret)) {
    return {SourceState::kAbsent, "MSI_SECRET is set, so this is another source"};
  }
  return {SourceState::kFound, "MSI_ENDPOINT is set, MSI_SECRET is not"};
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  return RefuseUserAssigned(identity, "Cloud Shell");
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  auto endpoint = CheckEndpoint(IdentitySource::kCloudShell, "MSI_ENDPOINT", host.msi_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  Target target;
  target.endpoint = *std::move(endpoint);
  return target;
}

HttpRequest Build(const SourceCall& call) {
  HttpRequest request = StartGet(call, {});
  request.method = "POST";
  request.url = call.target.endpoint;
  request.headers = {{"Metadata", "true"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = FormEncode({{"resource", call.resource}});
  return request;
}

}  // namespace

const Source kCloudShell = {IdentitySource::kCloudShell, RetryLeg::kSource, Detect, Refuse, Locate, Build};

}  // namespace msiv2::v1
