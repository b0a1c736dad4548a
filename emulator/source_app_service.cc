// App Service (and Functions), both versions of its endpoint.
#include "emulator/entra_errors.h"
#include "emulator/expiry_forms.h"
#include "emulator/identities.h"
#include "emulator/sources.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

SourceError NoIdentity() {
  return {400, "400", "No Managed Identity found for specified ClientId/ResourceId/PrincipalId."};
}

std::optional<SourceError> Check2019(const SourceOptions& options, const httplib::Request& request,
                                     const Exchange&, SourceCall& call) {
  if (request.get_header_value("X-IDENTITY-HEADER") != options.secret) {
    return SourceError{401, "401", "The header X-IDENTITY-HEADER is missing or wrong."};
  }
  if (OnlyValue(request, "api-version") != "2019-08-01") {
    return SourceError{400, "400", "The api-version must be 2019-08-01."};
  }
  call.resource = OnlyValue(request, "resource");
  if (call.resource.empty()) return SourceError{400, "400", "The parameter resource is required, once."};
  const std::string foreign = FirstParameter(request, {"clientid", "msi_res_id", "principalId"});
  if (!foreign.empty()) {
    return SourceError{400, "400", "The parameter " + foreign + " belongs to another source."};
  }

  Selector selector;
  std::size_t named = 0;
  const auto read = [&](const char* parameter, std::optional<std::string>& member) {
    named += request.get_param_value_count(parameter);
    if (request.has_param(parameter)) member = request.get_param_value(parameter);
  };
  read("client_id", selector.client_id);
  read("object_id", selector.object_id);
  read("principal_id", selector.object_id);
  read("mi_res_id", selector.resource_id);
  if (named > 1) return SourceError{400, "400", "Only one identity may be named."};
  const auto identity = FindIdentity(options.identities(), selector);
  if (!identity) return NoIdentity();
  call.identity = *identity;
  return std::nullopt;
}

std::optional<SourceError> Check2017(const SourceOptions& options, const httplib::Request& request,
                                     const Exchange&, SourceCall& call) {
  if (request.get_header_value("secret") != options.secret) {
    return SourceError{401, "401", "The header secret is missing or wrong."};
  }
  if (OnlyValue(request, "api-version") != "2017-09-01") {
    return SourceError{400, "400", "The api-version must be 2017-09-01."};
  }
  call.resource = OnlyValue(request, "resource");
  if (call.resource.empty()) return SourceError{400, "400", "The parameter resource is required, once."};
  const std::string foreign = FirstParameter(
      request, {"client_id", "object_id", "principal_id", "mi_res_id", "msi_res_id", "principalId"});
  if (!foreign.empty()) {
    return SourceError{400, "400", "The parameter " + foreign + " is not known to api-version 2017-09-01."};
  }
  if (request.get_param_value_count("clientid") > 1) {
    return SourceError{400, "400", "Only one identity may be named."};
  }
  Selector selector;
  if (request.has_param("clientid")) selector.client_id = request.get_param_value("clientid");
  const auto identity = FindIdentity(options.identities(), selector);
  if (!identity) return NoIdentity();
  call.identity = *identity;
  return std::nullopt;
}

json Body2019(const SourceError& error) {
  return {{"statusCode", error.status}, {"message", error.message}, {"correlationId", NewUuid()}};
}

json Body2017(const SourceError& error) {
  return {{"StatusCode", error.status}, {"Message", error.message}, {"CorrelationId", NewUuid()}};
}

}  // namespace

SourceProtocol AppServiceProtocol() {
  SourceProtocol protocol{"app-service", "GET", "/msi/token/?", Check2019, Body2019, {}};
  protocol.answer = [](const SourceCall& call, const IssuedToken& issued) {
    return json{{"access_token", issued.token},
                {"client_id", call.identity.client_id},
                {"expires_on", std::to_string(UnixSeconds(issued.issued + issued.lifetime))},
                {"resource", call.resource},
                {"token_type", "Bearer"}};
  };
  return protocol;
}

SourceProtocol AppService2017Protocol() {
  SourceProtocol protocol{"app-service-2017", "GET", "/msi/token/?", Check2017, Body2017, {}};
  protocol.answer = [](const SourceCall& call, const IssuedToken& issued) {
    return json{{"access_token", issued.token},
                {"expires_on", WindowsDate(issued.issued + issued.lifetime)},
                {"resource", call.resource},
                {"token_type", "Bearer"}};
  };
  return protocol;
}

SourceProtocol MachineLearningProtocol() {
  SourceProtocol protocol{"machine-learning", "GET", "/msi/token/?", Check2017, Body2017, {}};
  protocol.answer = [](const SourceCall& call, const IssuedToken& issued) {
    return json{{"access_token", issued.token},
                {"expires_on", std::to_string(UnixSeconds(issued.issued + issued.lifetime))},
                {"resource", call.resource},
                {"token_type", "Bearer"}};
  };
  return protocol;
}

}  // namespace msiv2::emulator
