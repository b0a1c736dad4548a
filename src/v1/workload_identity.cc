// Kubernetes workload identity: a token of the cluster, in a file, is the client's assertion to Entra.
#include <utility>

#include "base/guid.h"
#include "base/url.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

constexpr char kDefaultAuthority[] = "https://login.microsoftonline.com";
constexpr char kAssertionType[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// Names the client and the tenant, of which each is set or is not, by `set`.
std::string Names(const HostEnvironment& host, bool set) {
  const bool client = IsSet(host.client_id) == set;
  const bool tenant = IsSet(host.tenant_id) == set;
  if (client && tenant) return "AZURE_CLIENT_ID and AZURE_TENANT_ID";
  if (client) return "AZURE_CLIENT_ID";
  return tenant ? "AZURE_TENANT_ID" : "";
}

// Other credentials share the client and the tenant. Only the file names a workload identity.
Detection DetectWithoutFile(const HostEnvironment& host) {
  Detection absent{SourceState::kAbsent, "AZURE_FEDERATED_TOKEN_FILE is not set"};
  if (const std::string set = Names(host, true); !set.empty()) {
    absent.warning =
        "AZURE_FEDERATED_TOKEN_FILE is not set next to " + set + ", so no workload identity is found";
  }
  return absent;
}

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.federated_token_file)) return DetectWithoutFile(host);
  const std::string missing = Names(host, false);
  if (missing.empty()) {
    return {SourceState::kFound, "AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_ID and AZURE_TENANT_ID are set"};
  }
  std::string why = "AZURE_FEDERATED_TOKEN_FILE is set without " + missing;
  std::string warning = why + ", so the workload identity is incomplete";
  return {SourceState::kAbsent, std::move(why), std::move(warning), /*incomplete=*/true};
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  return RefuseAllButClientId(identity, "workload identity");
}

Error Bad(std::string message) { return BadSetting(IdentitySource::kWorkloadIdentity, std::move(message)); }

// The client is the one that the caller names, else the environment's.
Result<std::string> ClientOf(const HostEnvironment& host, const ManagedIdentityId& identity) {
  if (identity.kind() == ManagedIdentityId::Kind::kClientId) return identity.id();
  if (!IsSet(host.client_id)) return Bad("AZURE_CLIENT_ID is not set");
  if (!IsGuid(host.client_id)) return Bad("AZURE_CLIENT_ID is not a GUID");
  return host.client_id;
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& identity) {
  const std::string authority = IsSet(host.authority_host) ? host.authority_host : kDefaultAuthority;
  const auto url = ParseUrl(authority);
  const bool bare = url && (url->rest.empty() || url->rest == "/");
  // Any process that sees the assertion could obtain a token.
  const bool safe = bare && (url->origin.scheme == "https" || IsLoopbackHost(url->origin.host));
  if (!safe) return Bad("AZURE_AUTHORITY_HOST is not an https URL of a host");
  if (!IsSet(host.federated_token_file)) return Bad("AZURE_FEDERATED_TOKEN_FILE is not set");
  if (!IsGuid(host.tenant_id)) return Bad("AZURE_TENANT_ID is not set, or not a GUID");
  auto client = ClientOf(host, identity);
  if (!client) return std::move(client).error();
  Target target;
  target.endpoint = url->origin.ToString();
  target.client_id = *std::move(client);
  target.tenant_id = host.tenant_id;
  target.file = host.federated_token_file;
  return target;
}

HttpRequest Build(const SourceCall& call) {
  HttpRequest request = StartGet(call, {});
  request.method = "POST";
  request.url = call.target.endpoint + "/" + call.target.tenant_id + "/oauth2/v2.0/token";
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"client-request-id", call.request_id},
                     {"return-client-request-id", "true"}};
  const std::string_view assertion = call.proof == nullptr ? std::string_view() : call.proof->Reveal();
  const std::string scope = call.resource + "/.default";
  FormViews form = {{"client_id", call.target.client_id},
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
