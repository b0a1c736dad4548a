// Azure Arc: the agent's endpoint, which requires proof that the caller can read a file of the agent.
#include "emulator/entra_errors.h"
#include "emulator/expiry_forms.h"
#include "emulator/identities.h"
#include "emulator/sources.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

constexpr std::string_view kBasic = "Basic ";

std::optional<SourceError> CheckQuery(const SourceOptions& options, const httplib::Request& request,
                                      SourceCall& call) {
  if (!SaysTrue(request.get_header_value("Metadata"))) {
    return SourceError{400, "invalid_request", "Required metadata header not specified"};
  }
  const std::string version = OnlyValue(request, "api-version");
  if (version != "2020-06-01" && version != "2019-11-01") {
    return SourceError{400, "invalid_request", "The api-version must be 2020-06-01 or 2019-11-01."};
  }
  call.resource = OnlyValue(request, "resource");
  if (call.resource.empty()) {
    return SourceError{400, "invalid_resource", "The parameter resource is required, once."};
  }
  const std::string named = FirstParameter(request, {"client_id", "clientid", "object_id", "principal_id",
                                                     "principalId", "mi_res_id", "msi_res_id"});
  if (!named.empty()) return SourceError{400, "invalid_request", "Azure Arc takes no " + named + "."};
  const auto identity = FindIdentity(options.identities(), {});
  if (!identity) return SourceError{400, "identity_not_found", "The machine has no identity."};
  call.identity = *identity;
  return std::nullopt;
}

std::optional<SourceError> CheckSecret(ArcChallenges& challenges, const httplib::Request& request,
                                       const std::string& fault) {
  const std::string authorization = request.get_header_value("Authorization");
  if (authorization.empty()) {
    return SourceError{401, "unauthorized_client", "Missing Basic Authorization header",
                       challenges.Issue(fault)};
  }
  if (!authorization.starts_with(kBasic) || !challenges.Redeem(authorization.substr(kBasic.size()))) {
    return SourceError{401, "unauthorized_client", "The secret of the Authorization header is not known",
                       challenges.Issue(fault)};
  }
  return std::nullopt;
}

json Body(const SourceError& error) {
  return {{"error", error.code},
          {"error_description", error.message},
          {"error_codes", {error.status}},
          {"correlation_id", NewUuid()}};
}

json Answer(const SourceCall& call, const IssuedToken& issued) {
  const std::string seconds = std::to_string(issued.lifetime.count());
  return {{"access_token", issued.token},
          {"expires_in", seconds},
          {"expires_on", std::to_string(UnixSeconds(issued.issued + issued.lifetime))},
          {"ext_expires_in", seconds},
          {"not_before", std::to_string(UnixSeconds(issued.issued))},
          {"resource", call.resource},
          {"token_type", "Bearer"}};
}

}  // namespace

SourceProtocol ArcProtocol(ArcChallenges& challenges) {
  SourceProtocol protocol{"arc", "GET", "/metadata/identity/oauth2/token/?", {}, Body, Answer};
  protocol.check = [&challenges](const SourceOptions& options, const httplib::Request& request,
                                 const Exchange& exchange, SourceCall& call) {
    auto refused = CheckQuery(options, request, call);
    return refused ? refused : CheckSecret(challenges, request, exchange.answer_fault());
  };
  protocol.own_faults = ArcChallenges::Faults();
  return protocol;
}

}  // namespace msiv2::emulator
