// MSI v1: a bearer token from IMDS, for requests that do not ask for proof of possession.
#include "emulator/bearer_token.h"
#include "emulator/expiry_forms.h"
#include "emulator/imds_handlers.h"

namespace msiv2::emulator::imds {

using nlohmann::json;

void GetV1Token(const ImdsServerOptions& options, const httplib::Request& request,
                httplib::Response& response, Exchange& exchange) {
  if (!CheckCommonHeaders(request, response)) return;
  if (request.get_param_value_count("api-version") != 1 ||
      request.get_param_value("api-version") != "2018-02-01") {
    return Refuse(request, response, 400, "bad_request_102", "Required api-version is 2018-02-01");
  }
  const std::string resource = request.get_param_value("resource");
  if (resource.empty() || request.get_param_value_count("resource") != 1) {
    return Refuse(request, response, 400, "invalid_resource", "Required parameter 'resource' not specified");
  }
  const auto identity = SelectIdentity(options, "msi_res_id", request, response);
  if (!identity) return;

  const BearerGrant grant = {*identity, BearerIssuer(options.entra_endpoint, options.tenant_id),
                             options.tenant_id, resource, options.token_lifetime};
  const std::int64_t now = UnixSeconds(exchange.now());
  const std::string seconds = std::to_string(options.token_lifetime.count());
  // The service writes its numbers as strings.
  json answer = {{"access_token", SignBearerToken(*options.token_signer, grant, exchange.now())},
                 {"client_id", identity->client_id},
                 {"expires_in", seconds},
                 {"expires_on", std::to_string(now + options.token_lifetime.count())},
                 {"ext_expires_in", seconds},
                 {"not_before", std::to_string(now)},
                 {"resource", resource},
                 {"token_type", "Bearer"}};
  const JsonFaults faults = BearerFaults(exchange.now(), options.token_lifetime);
  const std::string& fault = exchange.answer_fault();
  if (!fault.empty() && !Spoil(faults, fault, answer)) return RefuseUnknownFault(response, fault);
  Answer(response, 200, answer);
}

}  // namespace msiv2::emulator::imds
