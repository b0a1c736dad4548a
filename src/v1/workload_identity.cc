// Kubernetes workload identity: a token of the cluster, in a file, is the client's assertion to Entra.
#include <utility>

#include "base/guid.h"
#include "base/url.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

constexpr char kDefaultAuthority[] = "https://login.microsoftonline.com";
constexpr char kAssertionType[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.federated_token_file))
    return {SourceState::kAbsent, "AZURE_FEDERATED_TOKEN_FILE is not set"};
  std::string missing;
  if (!IsSet(host.client_id)) missing = "AZURE_CLIENT_ID";
  if (!IsSet(host.tenant_id)) missing += (missing.empty() ? "" : " and ") + std::string("AZURE_TENANT_ID");
  if (missing.empty()) {
    return {SourceState::kFound, "AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_ID and AZURE_TENANT_ID are set"};
  }
  std::string why = "AZURE_FEDERATED_TOKEN_FILE is set without " + missing;
  return {SourceState::kAbsent, why, why + ", so the workload identity is incomplete"};
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  return RefuseAllButClientId(identity, "workload identity");
}

Error Bad(std::string message) { return BadSetting(IdentitySource::kWorkloadIdentity, std::move(message)); }

Result<Target> Locate(const HostEnvironment& host) {
  const std::string authority = IsSet(host.authority_host) ? host.authority_host : kDefaultAuthority;
  const auto url = ParseUrl(authority);
  const bool bare = url && (url->rest.empty() || url->rest == "/");
  // Any process that sees the assertion could obtain a token.
  const bool safe = bare && (url->origin.scheme == "https" || IsLoopbackHost(url->origin.host));
  if (!safe) return Bad("AZURE_AUTHORITY_HOST is not an https URL of a host");
  if (!IsSet(host.federated_token_file)) return Bad("AZURE_FEDERATED_TOKEN_FILE is not set");
  if (!IsGuid(host.tenant_id)) return Bad("AZURE_TENANT_ID is not set, or not a GUID");
  Target target;
  target.endpoint = url->origin.ToString();
  target.client_id = host.client_id;
  target.tenant_id = host.tenant_id;
  target.file = host.federated_token_file;
  return target;
}

HttpRequest Build(const SourceCall& call) {
  const bool named = call.identity.kind() == ManagedIdentityId::Kind::kClientId;
  HttpRequest request = StartGet(call, {});
  request.method = "POST";
  request.url = call.target.endpoint + "/" + call.target.tenant_id + "/oauth2/v2.0/token";
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"client-request-id", call.request_id},
                     {"return-client-request-id", "true"}};
  const std::string_view assertion = call.proof == nullptr ? std::string_view() : call.proof->Reveal();
  const std::string scope = call.resource + "/.default";
  FormViews form = {{"client_id", named ? call.identity.id() : call.target.client_id},
                    {"client_assertion_type", kAssertionType},
                    {"client_assertion", assertion},
                    {"grant_type", "client_credentials"},
                    {"scope", scope}};
  if (!call.claims.empty()) form.emplace_back("claims", call.claims);
  request.body = FormEncodeViews(form);
  request.use_proxy = call.target.endpoint.starts_with("https:");  // plain http stays on this host
  return request;
}

}  // namespace

const Source kWorkloadIdentity = {
    IdentitySource::kWorkloadIdentity, RetryLeg::kToken, Detect, Refuse, Locate, Build};

}  // namespace msiv2::v1
