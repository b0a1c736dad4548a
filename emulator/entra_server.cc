#include "emulator/entra_server.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/base64.h"
#include "emulator/certificate_facts.h"
#include "emulator/claims_challenge.h"
#include "emulator/entra_errors.h"
#include "emulator/expiry_forms.h"
#include "emulator/token_form.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

constexpr std::string_view kAadstsPrefix = "aadsts-";
constexpr char kInvalidClient[] = "invalid-client";

/// kAnswerFaults are the content faults of an answer with a token.
constexpr std::array<std::string_view, 16> kAnswerFaults = {
    "bearer",          "pop-for-bearer", "wrong-cnf",      "no-cnf",
    "opaque",          "expired",        "skew",           "no-expires",
    "no-access-token", "refresh-in",     "wrong-audience", "foreign-signature",
    "refresh-at-once", "unreadable-jwt", "twofold-cnf",    "jwe"};

/// TokenCall is a token request that passed every check.
struct TokenCall {
  std::string tenant_url;  ///< the URL of the tenant on this server
  std::string client_id;
  std::string object_id;
  std::string resource;
  std::string claims;  ///< a claims request, or empty
  bool pop = false;
  CertificateHandle certificate;
};

/// TenantUrl reads the port from the request, since the port is known only after the server has started.
std::string TenantUrl(const httplib::Request& request, const std::string& tenant_id) {
  return "https://127.0.0.1:" + std::to_string(request.local_port) + "/" + tenant_id;
}

class Entra {
 public:
  explicit Entra(EntraServerOptions options) : options_(std::move(options)) {}

  void Token(const httplib::Request& request, httplib::Response& answer, Exchange& exchange) const;
  void Discovery(const httplib::Request& request, httplib::Response& answer) const;
  void DiscoveryOfV1(const httplib::Request& request, httplib::Response& answer) const;
  void Jwks(httplib::Response& answer) const;

 private:
  std::optional<AadstsError> CheckForm(const httplib::Request& request, const std::string& tenant,
                                       TokenCall& call) const;
  std::optional<AadstsError> CheckCertificate(TokenCall& call,
                                              std::chrono::system_clock::time_point now) const;
  void AddBinding(const TokenCall& call, const std::string& fault, json& claims) const;
  json Claims(const TokenCall& call, const Exchange& exchange) const;
  std::string AccessToken(const TokenCall& call, const Exchange& exchange) const;
  json Answer(const TokenCall& call, const Exchange& exchange) const;

  EntraServerOptions options_;
};

std::optional<AadstsError> ScriptedRefusal(const std::string& fault) {
  if (fault == kInvalidClient) {
    return AadstsError{.status = 401, .error = "invalid_client", .text = "The client was refused."};
  }
  if (fault.starts_with(kAadstsPrefix)) {
    return Refusal(std::strtol(fault.c_str() + kAadstsPrefix.size(), nullptr, 10));
  }
  const bool known = std::find(kAnswerFaults.begin(), kAnswerFaults.end(), fault) != kAnswerFaults.end();
  if (!fault.empty() && !known) throw std::invalid_argument("unknown content fault: " + fault);
  return std::nullopt;
}

void Entra::Token(const httplib::Request& request, httplib::Response& answer, Exchange& exchange) const {
  answer.set_header("Cache-Control", "no-store");
  const auto correlation_id = request.get_header_value("client-request-id");
  TokenCall call;
  call.tenant_url = TenantUrl(request, options_.tenant_id);
  auto refusal = ScriptedRefusal(exchange.answer_fault());
  if (!refusal) refusal = CheckForm(request, exchange.captures.at(1), call);
  if (!refusal) {
    call.certificate = exchange.ClientCertificate();
    refusal = CheckCertificate(call, exchange.now());
  }
  if (refusal) return AnswerWithError(*refusal, correlation_id, exchange.now(), answer);
  answer.set_content(Answer(call, exchange).dump(), "application/json; charset=utf-8");
}

std::optional<AadstsError> Entra::CheckForm(const httplib::Request& request, const std::string& tenant,
                                            TokenCall& call) const {
  auto refused = CheckTokenForm(request, tenant, options_.tenant_id, call.resource);
  if (refused) return refused;
  const auto token_type = request.get_param_value("token_type");
  call.pop = token_type == "mtls_pop";
  if (!call.pop && token_type != "bearer") {
    return Refusal(9002313, "The token_type must be mtls_pop or bearer.");
  }
  call.client_id = request.get_param_value("client_id");
  call.claims = request.get_param_value("claims");
  json ignored = json::object();
  if (!GrantClaims(call.claims, ignored))
    return Refusal(9002313, "The claims parameter is not a JSON object.");
  return std::nullopt;
}

std::optional<AadstsError> Entra::CheckCertificate(TokenCall& call,
                                                   std::chrono::system_clock::time_point now) const {
  if (!call.certificate) return Refusal(392200);
  switch (options_.authority->Verify(call.certificate.get(), now)) {
    case CertificateAuthority::Verdict::kOk:
      break;
    case CertificateAuthority::Verdict::kUnknownIssuer:
      return Refusal(500181, "The issuer of the TLS certificate is not trusted.");
    case CertificateAuthority::Verdict::kExpired:
      return Refusal(392204);
    case CertificateAuthority::Verdict::kRevoked:
      return Refusal(1000614);
  }
  if (!SameIdentifier(CommonName(call.certificate.get()), call.client_id)) return Refusal(500181);
  call.object_id = options_.object_id_of(call.client_id);
  if (call.object_id.empty()) {
    return Refusal(700016,
                   "Application with identifier '" + call.client_id + "' was not found in the directory.");
  }
  return std::nullopt;
}

void Entra::AddBinding(const TokenCall& call, const std::string& fault, json& claims) const {
  claims["xms_tb"] = "mtls_pop";
  claims["xms_tbflags"] = options_.was_attested(call.certificate.get()) ? 2 : 0;
  if (fault == "no-cnf") return;
  const auto bound_to = fault == "wrong-cnf" ? std::string(43, 'A') : Thumbprint(call.certificate.get());
  claims["cnf"] = {{"x5t#S256", bound_to}};
}

json Entra::Claims(const TokenCall& call, const Exchange& exchange) const {
  const auto& fault = exchange.answer_fault();
  auto issued = exchange.now();
  if (fault == "expired") issued -= options_.token_lifetime + std::chrono::hours(1);
  if (fault == "skew") issued += std::chrono::hours(1);
  json claims = {{"aud", fault == "wrong-audience" ? "https://other.example" : call.resource},
                 {"iss", call.tenant_url + "/v2.0"},
                 {"iat", UnixSeconds(issued)},
                 {"nbf", UnixSeconds(issued)},
                 {"exp", UnixSeconds(issued + options_.token_lifetime)},
                 {"tid", options_.tenant_id},
                 {"appid", call.client_id},
                 {"azp", call.client_id},
                 {"oid", call.object_id},
                 {"sub", call.object_id},
                 {"idtyp", "app"},
                 {"ver", "2.0"},
                 {"xms_emulated", true}};
  if (call.pop) AddBinding(call, fault, claims);
  return claims;
}

std::string Entra::AccessToken(const TokenCall& call, const Exchange& exchange) const {
  const auto& fault = exchange.answer_fault();
  if (fault == "opaque") return "opaque-" + NewUuid();
  if (fault == "jwe")
    return EncodeBase64Url(R"({"alg":"RSA-OAEP","enc":"A256GCM"})") + ".a2V5.aXY.Y2lwaGVy.dGFn";
  json claims = Claims(call, exchange);
  static_cast<void>(GrantClaims(call.claims, claims));  // CheckForm has verified that they can be read
  auto token = options_.signer->Sign(claims);
  if (fault == "foreign-signature") {
    auto& letter = token[token.rfind('.') + 1];
    letter = letter == 'A' ? 'B' : 'A';
  }
  const auto payload = token.find('.') + 1;
  const auto length = token.rfind('.') - payload;
  if (fault == "unreadable-jwt") token.insert(payload, "!");
  if (fault == "twofold-cnf") {
    const std::string text = *DecodeBase64Url(token.substr(payload, length));
    token.replace(payload, length, EncodeBase64Url(R"({"cnf":{"x5t#S256":"other"},)" + text.substr(1)));
  }
  return token;
}

json Entra::Answer(const TokenCall& call, const Exchange& exchange) const {
  const auto& fault = exchange.answer_fault();
  const bool says_pop = (call.pop && fault != "bearer") || fault == "pop-for-bearer";
  json answer = {{"token_type", says_pop ? "mtls_pop" : "Bearer"}};
  if (fault != "no-expires") answer["expires_in"] = options_.token_lifetime.count();
  if (fault != "no-expires") answer["ext_expires_in"] = options_.token_lifetime.count();
  if (fault == "refresh-in") answer["refresh_in"] = options_.token_lifetime.count() / 2;
  if (fault == "refresh-at-once") answer["refresh_in"] = 1;
  if (fault != "no-access-token") answer["access_token"] = AccessToken(call, exchange);
  return answer;
}

void Entra::Discovery(const httplib::Request& request, httplib::Response& answer) const {
  const auto tenant = TenantUrl(request, options_.tenant_id);
  const json document = {{"issuer", tenant + "/v2.0"},
                         {"token_endpoint", tenant + "/oauth2/v2.0/token"},
                         {"jwks_uri", tenant + "/discovery/v2.0/keys"},
                         {"mtls_endpoint_aliases", {{"token_endpoint", tenant + "/oauth2/v2.0/token"}}},
                         {"grant_types_supported", {"client_credentials"}},
                         {"id_token_signing_alg_values_supported", {"RS256"}},
                         {"tls_client_certificate_bound_access_tokens", true}};
  answer.set_content(document.dump(), "application/json; charset=utf-8");
}

// The issuer of bearer tokens, which this server does not issue itself. Both versions have the same keys.
void Entra::DiscoveryOfV1(const httplib::Request& request, httplib::Response& answer) const {
  const auto tenant = TenantUrl(request, options_.tenant_id);
  const json document = {{"issuer", tenant + "/"},
                         {"jwks_uri", tenant + "/discovery/v2.0/keys"},
                         {"id_token_signing_alg_values_supported", {"RS256"}}};
  answer.set_content(document.dump(), "application/json; charset=utf-8");
}

void Entra::Jwks(httplib::Response& answer) const {
  answer.set_content(options_.signer->Jwks().dump(), "application/json; charset=utf-8");
}

}  // namespace

std::vector<std::string> EntraAnswerFaults() {
  std::vector<std::string> names(kAnswerFaults.begin(), kAnswerFaults.end());
  names.emplace_back(kInvalidClient);
  return names;
}

Result<std::unique_ptr<HttpServer>> StartEntraServer(EntraServerOptions options) {
  auto http = std::move(options.http);
  http.name = "entra";
  const auto entra = std::make_shared<Entra>(std::move(options));
  std::vector<Route> routes;
  routes.push_back({"POST", "/([^/]+)/oauth2/v2\\.0/token", "token",
                    [entra](const httplib::Request& request, httplib::Response& answer, Exchange& exchange) {
                      entra->Token(request, answer, exchange);
                    }});
  routes.push_back({"GET", "/([^/]+)/v2\\.0/\\.well-known/openid-configuration", "discovery",
                    [entra](const httplib::Request& request, httplib::Response& answer, Exchange&) {
                      entra->Discovery(request, answer);
                    }});
  routes.push_back({"GET", "/([^/]+)/\\.well-known/openid-configuration", "discovery",
                    [entra](const httplib::Request& request, httplib::Response& answer, Exchange&) {
                      entra->DiscoveryOfV1(request, answer);
                    }});
  routes.push_back(
      {"GET", "/([^/]+)/discovery/v2\\.0/keys", "jwks",
       [entra](const httplib::Request&, httplib::Response& answer, Exchange&) { entra->Jwks(answer); }});
  return HttpServer::Start(std::move(http), std::move(routes));
}

}  // namespace msiv2::emulator
