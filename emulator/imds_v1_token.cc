// MSI v1: a bearer token from IMDS, for the path that does not ask for proof of possession.
#include "emulator/answer_faults.h"
#include "emulator/imds_handlers.h"

namespace msiv2::emulator::imds {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

std::string V1Jwt(const ImdsServerOptions& options, const EmulatedIdentity& identity,
                  const std::string& resource, std::int64_t now) {
  json claims = {{"aud", resource},
                 {"iss", "https://sts.windows.net/" + options.tenant_id + "/"},
                 {"iat", now},
                 {"nbf", now},
                 {"exp", now + options.token_lifetime.count()},
                 {"appid", identity.client_id},
                 {"oid", identity.object_id},
                 {"sub", identity.object_id},
                 {"tid", options.tenant_id},
                 {"idtyp", "app"},
                 {"ver", "1.0"}};
  if (!identity.resource_id.empty()) claims["xms_mirid"] = identity.resource_id;
  return options.token_signer->Sign(claims);
}

}  // namespace

void GetV1Token(const ImdsServerOptions& options, const httplib::Request& request,
                httplib::Response& response, Exchange& exchange) {
  if (!CheckCommonHeaders(request, response)) return;
  if (request.get_param_value("api-version") != "2018-02-01") {
    return Refuse(request, response, 400, "bad_request_102", "Required api-version is 2018-02-01");
  }
  const std::string resource = request.get_param_value("resource");
  if (resource.empty()) {
    return Refuse(request, response, 400, "invalid_resource", "Required parameter 'resource' not specified");
  }
  const auto identity = SelectIdentity(options, "msi_res_id", request, response);
  if (!identity) return;

  const std::int64_t now = system_clock::to_time_t(exchange.now());
  const std::string seconds = std::to_string(options.token_lifetime.count());
  // The service writes its numbers as strings.
  json answer = {{"access_token", V1Jwt(options, *identity, resource, now)},
                 {"client_id", identity->client_id},
                 {"expires_in", seconds},
                 {"expires_on", std::to_string(now + options.token_lifetime.count())},
                 {"ext_expires_in", seconds},
                 {"not_before", std::to_string(now)},
                 {"resource", resource},
                 {"token_type", "Bearer"}};
  const JsonFaults faults = {
      {"no-access-token", Without("access_token")},
      {"no-expires-on",
       [](json& a) {
         a.erase("expires_on");
         a.erase("expires_in");
       }},
      {"expired-token", With("expires_on", std::to_string(now - 60))},
  };
  const std::string& fault = exchange.answer_fault();
  if (!fault.empty() && !Spoil(faults, fault, answer)) return RefuseUnknownFault(response, fault);
  Answer(response, 200, answer);
}

}  // namespace msiv2::emulator::imds
