// Cloud Shell: a POST form, and no way to name an identity.
#include "emulator/expiry_forms.h"
#include "emulator/identities.h"
#include "emulator/sources.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

std::optional<SourceError> Check(const SourceOptions& options, const httplib::Request& request,
                                 const Exchange&, SourceCall& call) {
  if (!SaysTrue(request.get_header_value("Metadata"))) {
    return SourceError{400, "MissingMetadataHeader", "The header 'Metadata: true' is required."};
  }
  if (!request.get_header_value("Content-Type").starts_with(kForm)) {
    return SourceError{415, "UnsupportedMediaType", "The body must be " + std::string(kForm) + "."};
  }
  // httplib reads query and form into one set: a request without a query has its parameters in the form.
  if (request.target.find('?') != std::string::npos) {
    return SourceError{400, "UnexpectedQuery", "Parameters belong into the body."};
  }
  call.resource = OnlyValue(request, "resource");
  if (call.resource.empty()) {
    return SourceError{400, "AudienceNotSpecified", "The parameter resource is required, once."};
  }
  const std::string named = FirstParameter(request, {"client_id", "clientid", "object_id", "principal_id",
                                                     "principalId", "mi_res_id", "msi_res_id"});
  if (!named.empty()) {
    return SourceError{400, "IdentityNotSupported", "Cloud Shell takes no " + named + "."};
  }
  const auto identity = FindIdentity(options.identities(), {});
  if (!identity) return SourceError{400, "IdentityNotFound", "The user has no identity here."};
  call.identity = *identity;
  return std::nullopt;
}

json Body(const SourceError& error) {
  return {{"error", {{"code", error.code}, {"message", error.message}}}};
}

json Answer(const SourceCall& call, const IssuedToken& issued) {
  return {{"access_token", issued.token},
          {"expires_in", std::to_string(issued.lifetime.count())},
          {"expires_on", std::to_string(UnixSeconds(issued.issued + issued.lifetime))},
          {"not_before", std::to_string(UnixSeconds(issued.issued))},
          {"refresh_token", ""},
          {"resource", call.resource},
          {"token_type", "Bearer"}};
}

}  // namespace

SourceProtocol CloudShellProtocol() {
  return {"cloud-shell", "POST", "/oauth2/token/?", Check, Body, Answer};
}

}  // namespace msiv2::emulator
