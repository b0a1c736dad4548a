#include "v1/source.h"

#include <utility>

#include "base/ascii.h"
#include "base/url.h"

namespace msiv2::v1 {

std::optional<Error> TakesEveryIdentity(const ManagedIdentityId& /*identity*/) { return std::nullopt; }

std::optional<Error> RefuseUserAssigned(const ManagedIdentityId& identity, std::string_view name) {
  if (identity.kind() == ManagedIdentityId::Kind::kSystemAssigned) return std::nullopt;
  return Error(ErrorCode::kUserAssignedNotSupported,
               std::string(name) + " has no user-assigned managed identities");
}

std::optional<Error> RefuseAllButClientId(const ManagedIdentityId& identity, std::string_view name) {
  const bool takes = identity.kind() == ManagedIdentityId::Kind::kSystemAssigned ||
                     identity.kind() == ManagedIdentityId::Kind::kClientId;
  if (takes) return std::nullopt;
  return Error(
      ErrorCode::kInvalidManagedIdentityIdType,
      std::string(name) + " takes the client id of a user-assigned identity, no object or resource id");
}

Error BadSetting(IdentitySource source, std::string message) {
  Error error(ErrorCode::kInvalidManagedIdentityEndpoint, std::move(message));
  error.source = Name(source);
  return error;
}

namespace {

Error BadEndpoint(IdentitySource source, std::string_view variable, std::string_view cause) {
  return BadSetting(source, std::string(variable) + ", by which " + std::string(Name(source)) +
                                " is reached, " + std::string(cause));
}

// Returns true for 172.16.0.0/12, the private block (RFC 1918) in which container hosts number their bridges.
bool IsContainerBridgeHost(std::string_view host) noexcept {
  if (!IsDottedQuadUnder(host, "172.")) return false;
  const std::string_view second = host.substr(4, host.find('.', 4) - 4);
  return second.size() == 2 && second >= "16" && second <= "31";
}

}  // namespace

Result<std::string> CheckEndpoint(IdentitySource source, std::string_view variable, std::string_view value) {
  value = Trim(value);
  const auto url = ParseUrl(value);
  if (!url || url->rest.find_first_of("?#") != std::string::npos) {
    return BadEndpoint(source, variable,
                       "is not an absolute http or https URL without userinfo, query and fragment");
  }
  const std::string& host = url->origin.host;
  const bool on_this_host = IsLoopbackHost(host) || IsLinkLocalHost(host);
  // The agent runs on the host itself. Another host must not receive the key of its challenge.
  if (source == IdentitySource::kAzureArc && !on_this_host) {
    return BadEndpoint(source, variable, "is not a loopback or link-local address");
  }
  // App Service on Linux has put its agent at 172.16.x.y:8081, across the bridge of the container.
  const bool is_app_service =
      source == IdentitySource::kAppService || source == IdentitySource::kAppService2017;
  const bool over_bridge = is_app_service && IsContainerBridgeHost(host);
  if (url->origin.scheme == "http" && !on_this_host && !over_bridge) {
    return BadEndpoint(source, variable, "would carry secrets and tokens over a network in plain http");
  }
  return std::string(value);
}

Result<SecretString> CheckSecret(IdentitySource source, std::string_view variable,
                                 const SecretString& value) {
  const std::string_view text = value.Reveal();
  if (IsVisible(text)) return value;
  return BadSetting(source, std::string(variable) + ", the secret of " + std::string(Name(source)) +
                                ", holds characters that no header can carry");
}

HttpRequest StartGet(const SourceCall& call, const std::vector<std::pair<std::string, std::string>>& query) {
  HttpRequest request;
  request.url = call.target.endpoint + "?" + FormEncode(query);
  request.server_thumbprint = call.target.server_pin;
  request.use_proxy = false;
  request.max_tls = TlsVersion::kTls13;  // only bound tokens are limited to TLS 1.2, by their service
  request.connect_timeout = call.timeouts.connect;
  request.attempt_timeout = call.timeouts.attempt;
  return request;
}

void AddIdentity(const ManagedIdentityId& identity, const IdentityNames& names,
                 std::vector<std::pair<std::string, std::string>>& query) {
  const char* name = nullptr;
  switch (identity.kind()) {
    case ManagedIdentityId::Kind::kSystemAssigned:
      return;
    case ManagedIdentityId::Kind::kClientId:
      name = names.client_id;
      break;
    case ManagedIdentityId::Kind::kObjectId:
      name = names.object_id;
      break;
    case ManagedIdentityId::Kind::kResourceId:
      name = names.resource_id;
      break;
  }
  if (name != nullptr) query.emplace_back(name, identity.id());
}

}  // namespace msiv2::v1
