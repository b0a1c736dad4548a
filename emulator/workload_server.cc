#include "emulator/workload_server.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "emulator/bearer_token.h"
#include "emulator/expiry_forms.h"
#include "emulator/identities.h"
#include "emulator/token_form.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

constexpr char kJson[] = "application/json; charset=utf-8";
constexpr char kAssertionType[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view kAadstsPrefix = "aadsts-";

std::optional<AadstsError> Check(const WorkloadServerOptions& options, const httplib::Request& request,
                                 const Exchange& exchange, BearerGrant& grant) {
  const std::string& fault = exchange.answer_fault();
  if (fault.starts_with(kAadstsPrefix)) {
    return Refusal(std::strtol(fault.c_str() + kAadstsPrefix.size(), nullptr, 10));
  }
  auto refused = CheckTokenForm(request, exchange.captures.at(1), options.tenant_id, grant.resource);
  if (refused) return refused;
  if (request.get_param_value("client_assertion_type") != kAssertionType) {
    return Refusal(900144, "The request body must contain 'client_assertion_type', the JWT bearer's.");
  }
  refused = options.federated->Check(request.get_param_value("client_assertion"), exchange.now());
  if (refused) return refused;
  const std::string client_id = request.get_param_value("client_id");
  const auto identity = FindIdentity(options.identities(), {client_id, {}, {}});
  if (!identity) {
    return Refusal(700016, "Application with identifier '" + client_id + "' was not found in the directory.");
  }
  grant.identity = *identity;
  return std::nullopt;
}

void Token(const WorkloadServerOptions& options, const httplib::Request& request, httplib::Response& response,
           const Exchange& exchange) {
  response.set_header("Cache-Control", "no-store");
  BearerGrant grant;
  grant.issuer = BearerIssuer(options.entra_url, options.tenant_id);
  grant.tenant_id = options.tenant_id;
  grant.lifetime = options.token_lifetime;
  if (const auto refused = Check(options, request, exchange, grant)) {
    return AnswerWithError(*refused, request.get_header_value("client-request-id"), exchange.now(), response);
  }
  json answer = {{"access_token", SignBearerToken(*options.signer, grant, exchange.now())},
                 {"expires_in", grant.lifetime.count()},
                 {"ext_expires_in", grant.lifetime.count()},
                 {"token_type", "Bearer"}};
  const std::string& fault = exchange.answer_fault();
  if (!fault.empty() && !Spoil(BearerFaults(exchange.now(), grant.lifetime), fault, answer)) {
    response.status = 500;
    return response.set_content("unknown content fault: " + fault, "text/plain");
  }
  response.set_content(answer.dump(), kJson);
}

void Discovery(const WorkloadServerOptions& options, const httplib::Request& request,
               httplib::Response& response) {
  const std::string tenant =
      "https://127.0.0.1:" + std::to_string(request.local_port) + "/" + options.tenant_id;
  const json document = {{"issuer", tenant + "/v2.0"},
                         {"authorization_endpoint", tenant + "/oauth2/v2.0/authorize"},
                         {"token_endpoint", tenant + "/oauth2/v2.0/token"},
                         {"jwks_uri", tenant + "/discovery/v2.0/keys"},
                         {"token_endpoint_auth_methods_supported", {"private_key_jwt"}},
                         {"response_types_supported", {"code", "id_token", "token"}},
                         {"response_modes_supported", {"query", "fragment", "form_post"}},
                         {"subject_types_supported", {"pairwise"}},
                         {"id_token_signing_alg_values_supported", {"RS256"}},
                         {"scopes_supported", {"openid"}}};
  response.set_content(document.dump(), kJson);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> StartWorkloadServer(WorkloadServerOptions options) {
  HttpServerOptions http = std::move(options.http);
  http.name = "workload";
  const auto shared = std::make_shared<const WorkloadServerOptions>(std::move(options));
  return HttpServer::Start(
      std::move(http), {{"POST", "/([^/]+)/oauth2/v2\\.0/token", "token",
                         [shared](const httplib::Request& request, httplib::Response& response,
                                  Exchange& exchange) { Token(*shared, request, response, exchange); }},
                        {"GET", "/([^/]+)/v2\\.0/\\.well-known/openid-configuration", "discovery",
                         [shared](const httplib::Request& request, httplib::Response& response, Exchange&) {
                           Discovery(*shared, request, response);
                         }},
                        {"GET", "/([^/]+)/discovery/v2\\.0/keys", "jwks",
                         [shared](const httplib::Request&, httplib::Response& response, Exchange&) {
                           response.set_content(shared->signer->Jwks().dump(), kJson);
                         }}});
}

}  // namespace msiv2::emulator
