#include <algorithm>
#include <cctype>

#include "emulator/imds_handlers.h"
#include "emulator/source_server.h"

namespace msiv2::emulator::imds {

using nlohmann::json;

void Answer(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_content(body.dump(), "application/json; charset=utf-8");
}

void Refuse(const httplib::Request& request, httplib::Response& response, int status,
            const std::string& error, const std::string& description) {
  json body = {{"error", error}, {"error_description", description}};
  const std::string id = request.get_header_value("x-ms-client-request-id");
  // The id is text from the caller: an invalid id would make the answer invalid JSON.
  const bool plain = std::all_of(
      id.begin(), id.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; });
  if (!id.empty() && plain) body["correlationId"] = id;
  Answer(response, status, body);
}

bool CheckCommonHeaders(const httplib::Request& request, httplib::Response& response) {
  if (request.has_header("X-Forwarded-For")) {
    Refuse(request, response, 400, "invalid_request", "The request came through a proxy (X-Forwarded-For)");
    return false;
  }
  if (!SaysTrue(request.get_header_value("Metadata"))) {
    Refuse(request, response, 400, "invalid_request", "Required metadata header not specified");
    return false;
  }
  return true;
}

bool CheckV2Request(const ImdsServerOptions& options, const httplib::Request& request,
                    httplib::Response& response) {
  if (options.v1_only) {
    Refuse(request, response, 404, "not_found", "This host has MSI v1 only");
    return false;
  }
  if (!CheckCommonHeaders(request, response)) return false;
  if (request.get_header_value("x-ms-client-request-id").empty()) {
    Refuse(request, response, 400, "invalid_request", "Required header x-ms-client-request-id not specified");
    return false;
  }
  if (request.get_param_value_count("cred-api-version") != 1 ||
      request.get_param_value("cred-api-version") != "2.0") {
    Refuse(request, response, 400, "invalid_request", "cred-api-version must be 2.0");
    return false;
  }
  return true;
}

std::optional<EmulatedIdentity> SelectIdentity(const ImdsServerOptions& options,
                                               const std::string& resource_id_name,
                                               const httplib::Request& request, httplib::Response& response) {
  const auto count = request.get_param_value_count("client_id") + request.get_param_value_count("object_id") +
                     request.get_param_value_count("mi_res_id") + request.get_param_value_count("msi_res_id");
  if (count > 1) {
    Refuse(request, response, 400, "invalid_request",
           "Only one of client_id, object_id and resource id may be given");
    return std::nullopt;
  }
  const std::string other_name = resource_id_name == "mi_res_id" ? "msi_res_id" : "mi_res_id";
  if (request.has_param(other_name)) {
    Refuse(request, response, 400, "invalid_request", "This operation spells it " + resource_id_name);
    return std::nullopt;
  }
  Selector selector;
  if (request.has_param("client_id")) selector.client_id = request.get_param_value("client_id");
  if (request.has_param("object_id")) selector.object_id = request.get_param_value("object_id");
  if (request.has_param(resource_id_name)) selector.resource_id = request.get_param_value(resource_id_name);
  auto identity = FindIdentity(options.identities(), selector);
  if (!identity) {
    Refuse(request, response, 400, "identity_not_found",
           "Managed Identity not found. The identity is not assigned to this host");
  }
  return identity;
}

void RefuseUnknownFault(httplib::Response& response, const std::string& name) {
  response.status = 500;
  response.set_content("unknown content fault: " + name, "text/plain");
}

}  // namespace msiv2::emulator::imds
