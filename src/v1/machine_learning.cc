// Azure Machine Learning: GET MSI_ENDPOINT, header `secret`; it takes identities by client id only.
#include <utility>

#include "base/guid.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

bool IsPlaceholder(const HostEnvironment& host) {
  return host.default_identity_client_id == kPlaceholderClientId;
}

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.msi_endpoint) || !IsSet(host.msi_secret)) {
    return {SourceState::kAbsent, "MSI_ENDPOINT and MSI_SECRET are not both set"};
  }
  if (kAppService2017.detect(host).state == SourceState::kFound) {
    return {SourceState::kAbsent, "WEBSITE_SITE_NAME is set, so this is App Service"};
  }
  Detection found{SourceState::kFound, "MSI_ENDPOINT and MSI_SECRET are set"};
  if (IsPlaceholder(host)) {
    found.warning =
        "DEFAULT_IDENTITY_CLIENT_ID is the placeholder of a compute without an identity, and is ignored";
  }
  return found;
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  return RefuseAllButClientId(identity, "Azure Machine Learning");
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  auto endpoint = CheckEndpoint(IdentitySource::kMachineLearning, "MSI_ENDPOINT", host.msi_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  Target target;
  target.endpoint = *std::move(endpoint);
  auto secret = CheckSecret(IdentitySource::kMachineLearning, "MSI_SECRET", host.msi_secret);
  if (!secret) return std::move(secret).error();
  target.secret = *std::move(secret);
  if (!IsSet(host.default_identity_client_id) || IsPlaceholder(host)) return target;
  if (!IsGuid(host.default_identity_client_id)) {
    return BadSetting(IdentitySource::kMachineLearning, "DEFAULT_IDENTITY_CLIENT_ID is not a GUID");
  }
  target.client_id = host.default_identity_client_id;
  return target;
}

// The compute's own identity is named as well, by the id that the environment contains.
HttpRequest Build(const SourceCall& call) {
  std::vector<std::pair<std::string, std::string>> query = {{"api-version", "2017-09-01"},
                                                            {"resource", call.resource}};
  const bool own = call.identity.kind() == ManagedIdentityId::Kind::kSystemAssigned;
  if (own && !call.target.client_id.empty()) query.emplace_back("clientid", call.target.client_id);
  AddIdentity(call.identity, {.client_id = "clientid"}, query);
  HttpRequest request = StartGet(call, query);
  request.headers.emplace_back("secret", call.target.secret.Reveal());
  return request;
}

}  // namespace

const Source kMachineLearning = {
    IdentitySource::kMachineLearning, RetryLeg::kSource, Detect, Refuse, Locate, Build};

}  // namespace msiv2::v1
