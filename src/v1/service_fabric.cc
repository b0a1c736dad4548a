// Service Fabric: GET IDENTITY_ENDPOINT, header `secret`. An https server is identified by its thumbprint. In
// managed clusters and containers the endpoint is plain http on this host.
#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/url.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

constexpr char kApiVersion[] = "2020-05-01";
constexpr char kTokenPath[] = "/metadata/identity/oauth2/token";  // that of App Service is /msi/token

bool HasTokenPath(const std::string& endpoint) {
  const std::string_view text = Trim(endpoint);
  if (!text.ends_with(kTokenPath)) return false;  // the usual case: skip the parser
  const auto url = ParseUrl(text);
  return url && url->rest == kTokenPath;
}

Detection Detect(const HostEnvironment& host) {
  if (!IsSet(host.identity_endpoint) || !IsSet(host.identity_header)) {
    return {SourceState::kAbsent, "IDENTITY_ENDPOINT and IDENTITY_HEADER are not both set"};
  }
  if (IsSet(host.identity_server_thumbprint)) {
    return {SourceState::kFound, "IDENTITY_ENDPOINT, IDENTITY_HEADER and IDENTITY_SERVER_THUMBPRINT are set"};
  }
  if (HasTokenPath(host.identity_endpoint)) {
    return {SourceState::kFound,
            "IDENTITY_ENDPOINT and IDENTITY_HEADER are set, and the path is that of Service Fabric"};
  }
  return {
      SourceState::kAbsent,
      "IDENTITY_SERVER_THUMBPRINT is not set, and IDENTITY_ENDPOINT has another path than Service Fabric"};
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  const bool takes = identity.kind() == ManagedIdentityId::Kind::kSystemAssigned ||
                     identity.kind() == ManagedIdentityId::Kind::kObjectId;
  if (takes) return std::nullopt;
  return Error(ErrorCode::kUserAssignedNotConfigurable,
               "Service Fabric takes the object id of a user-assigned identity, no client or resource id; "
               "the others are set in the application's manifest");
}

// Accepts the hex digits of a SHA-1 or SHA-256. Copied thumbprints often contain blanks and colons.
std::string NormalizeThumbprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ':' || c == ' ') continue;
    digits += ToLower(c);
  }
  const bool hex = std::all_of(digits.begin(), digits.end(), IsHexDigit);
  return hex && (digits.size() == 40 || digits.size() == 64) ? digits : std::string();
}

Error Bad(std::string message) { return BadSetting(IdentitySource::kServiceFabric, std::move(message)); }

// Returns the thumbprint by which the server at `endpoint` is known: none for plain http, which
// CheckEndpoint keeps on this host.
Result<std::string> ServerPin(const std::string& endpoint, const std::string& thumbprint) {
  const bool https = ParseUrl(endpoint)->origin.scheme == "https";
  if (!IsSet(thumbprint)) {
    if (!https) return std::string();
    return Bad(
        "IDENTITY_SERVER_THUMBPRINT is not set, so the https server of Service Fabric cannot be known");
  }
  if (!https) {
    return Bad(
        "IDENTITY_SERVER_THUMBPRINT is set, and IDENTITY_ENDPOINT of Service Fabric is not an https URL");
  }
  std::string pin = NormalizeThumbprint(thumbprint);
  if (pin.empty()) {
    return Bad("IDENTITY_SERVER_THUMBPRINT is not a SHA-1 or SHA-256 thumbprint in hexadecimal");
  }
  return pin;
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  auto endpoint = CheckEndpoint(IdentitySource::kServiceFabric, "IDENTITY_ENDPOINT", host.identity_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  Target target;
  target.endpoint = *std::move(endpoint);
  auto secret = CheckSecret(IdentitySource::kServiceFabric, "IDENTITY_HEADER", host.identity_header);
  if (!secret) return std::move(secret).error();
  target.secret = *std::move(secret);
  if (target.secret.empty()) return Bad("IDENTITY_HEADER, the secret of Service Fabric, is not set");
  auto pin = ServerPin(target.endpoint, host.identity_server_thumbprint);
  if (!pin) return std::move(pin).error();
  target.server_pin = *std::move(pin);
  return target;
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : ",") + word;
  return joined;
}

HttpRequest Build(const SourceCall& call) {
  std::vector<std::pair<std::string, std::string>> query = {{"api-version", kApiVersion},
                                                            {"resource", call.resource}};
  AddIdentity(call.identity, {.object_id = "principalId"}, query);
  if (!call.capabilities.empty()) query.emplace_back("xms_cc", Join(call.capabilities));
  if (!call.refused_token_sha256.empty())
    query.emplace_back("token_sha256_to_refresh", call.refused_token_sha256);
  HttpRequest request = StartGet(call, query);
  request.headers.emplace_back("secret", call.target.secret.Reveal());
  return request;
}

}  // namespace

const Source kServiceFabric = {
    IdentitySource::kServiceFabric, RetryLeg::kSource, Detect, Refuse, Locate, Build};

}  // namespace msiv2::v1
