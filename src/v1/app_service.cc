// App Service and Functions: GET with a secret header, in two versions.
#include <utility>

#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.identity_endpoint) || !IsSet(host.identity_header)) {
    return {SourceState::kAbsent, "IDENTITY_ENDPOINT and IDENTITY_HEADER are not both set"};
  }
  if (Detection fabric = kServiceFabric.detect(host); fabric.state == SourceState::kFound) {
    return {SourceState::kAbsent, std::move(fabric.why) + ", so this is Service Fabric"};
  }
  return {SourceState::kFound, "IDENTITY_ENDPOINT and IDENTITY_HEADER are set"};
}

// Azure Machine Learning sets the same two variables. WEBSITE_SITE_NAME is set by App Service and Functions
// only.
Detection Detect2017(const HostEnvironment& host) {
  if (!IsSet(host.msi_endpoint) || !IsSet(host.msi_secret)) {
    return {SourceState::kAbsent, "MSI_ENDPOINT and MSI_SECRET are not both set"};
  }
  if (!IsSet(host.website_site_name) || IsSet(host.default_identity_client_id)) {
    return {SourceState::kAbsent, "WEBSITE_SITE_NAME is not set, or DEFAULT_IDENTITY_CLIENT_ID is"};
  }
  return {SourceState::kFound, "MSI_ENDPOINT, MSI_SECRET and WEBSITE_SITE_NAME are set"};
}

// The old version would ignore a parameter that it does not know, and return a token for another identity.
std::optional<Error> Refuse2017(const ManagedIdentityId& identity) {
  return RefuseAllButClientId(identity, "App Service 2017-09-01");
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  auto endpoint = CheckEndpoint(IdentitySource::kAppService, "IDENTITY_ENDPOINT", host.identity_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  Target target;
  target.endpoint = *std::move(endpoint);
  auto secret = CheckSecret(IdentitySource::kAppService, "IDENTITY_HEADER", host.identity_header);
  if (!secret) return std::move(secret).error();
  target.secret = *std::move(secret);
  return target;
}

Result<Target> Locate2017(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  auto endpoint = CheckEndpoint(IdentitySource::kAppService2017, "MSI_ENDPOINT", host.msi_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  Target target;
  target.endpoint = *std::move(endpoint);
  auto secret = CheckSecret(IdentitySource::kAppService2017, "MSI_SECRET", host.msi_secret);
  if (!secret) return std::move(secret).error();
  target.secret = *std::move(secret);
  return target;
}

HttpRequest Build(const SourceCall& call) {
  std::vector<std::pair<std::string, std::string>> query = {{"api-version", "2019-08-01"},
                                                            {"resource", call.resource}};
  AddIdentity(call.identity, {.client_id = "client_id", .object_id = "object_id", .resource_id = "mi_res_id"},
              query);
  HttpRequest request = StartGet(call, query);
  request.headers.emplace_back("X-IDENTITY-HEADER", call.target.secret.Reveal());
  return request;
}

HttpRequest Build2017(const SourceCall& call) {
  std::vector<std::pair<std::string, std::string>> query = {{"api-version", "2017-09-01"},
                                                            {"resource", call.resource}};
  AddIdentity(call.identity, {.client_id = "clientid"}, query);
  HttpRequest request = StartGet(call, query);
  request.headers.emplace_back("secret", call.target.secret.Reveal());
  return request;
}

}  // namespace

const Source kAppService = {
    IdentitySource::kAppService, RetryLeg::kSource, Detect, TakesEveryIdentity, Locate, Build};
const Source kAppService2017 = {
    IdentitySource::kAppService2017, RetryLeg::kSource, Detect2017, Refuse2017, Locate2017, Build2017};

}  // namespace msiv2::v1
