#include "emulator/resource_server.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/certificate_facts.h"
#include "emulator/claims_challenge.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

/// Denial is why a call was refused.
struct Denial {
  int status = 401;
  std::string code;
  std::string reason;
  std::string challenge{};  ///< WWW-Authenticate, if it is not built from code and reason
};

class Resource {
 public:
  explicit Resource(ResourceServerOptions options) : options_(std::move(options)) {}
  void Call(const httplib::Request& request, httplib::Response& answer, Exchange& exchange) const;

 private:
  std::optional<Denial> Check(const httplib::Request& request, Exchange& exchange,
                              CertificateHandle& certificate, json& claims) const;
  std::optional<Denial> CheckToken(const std::string& token, std::chrono::system_clock::time_point now,
                                   json& claims) const;

  ResourceServerOptions options_;
};

std::string TextClaim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t TimeClaim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string BoundThumbprint(const json& claims) {
  const auto found = claims.find("cnf");
  return found != claims.end() && found->is_object() ? TextClaim(*found, "x5t#S256") : std::string();
}

void Deny(const Denial& denial, httplib::Response& answer) {
  answer.status = denial.status;
  if (denial.status == 401) {
    const std::string invalid_token = R"(mtls_pop error="invalid_token", error_code=")" + denial.code +
                                      R"(", error_description=")" + denial.reason + "\"";
    answer.set_header("WWW-Authenticate", denial.challenge.empty() ? invalid_token : denial.challenge);
  }
  const json body = {{"error", {{"code", denial.code}, {"message", denial.reason}}}};
  answer.set_content(body.dump(), "application/json; charset=utf-8");
}

void Resource::Call(const httplib::Request& request, httplib::Response& answer, Exchange& exchange) const {
  const auto demand = ParseClaimDemand(exchange.answer_fault());
  if (!demand && !exchange.answer_fault().empty()) {
    throw std::invalid_argument("this server has one content fault, claims:NAME:VALUE");
  }
  CertificateHandle certificate;
  json claims;
  if (const auto denial = Check(request, exchange, certificate, claims)) return Deny(*denial, answer);
  if (demand && !demand->MetBy(claims)) {
    return Deny({401, "InsufficientClaims", "The token lacks a claim.", demand->Challenge()}, answer);
  }

  json headers = json::object();
  for (const auto& [name, value] : request.headers) {
    if (SameIdentifier(name, "Authorization") || name.starts_with("REMOTE_") || name.starts_with("LOCAL_")) {
      continue;  // a secret, and headers that httplib adds
    }
    headers[name] = value;
  }
  const json body = {{"hello", "This resource accepts the token on this certificate only."},
                     {"client_id", TextClaim(claims, "appid")},
                     {"x5t#S256", Thumbprint(certificate.get())},
                     {"method", request.method},
                     {"path", request.path},
                     {"target", request.target},
                     {"headers", headers},
                     {"body_bytes", request.body.size()}};
  answer.set_content(body.dump(-1, ' ', false, json::error_handler_t::replace),
                     "application/json; charset=utf-8");
}

std::optional<Denial> Resource::Check(const httplib::Request& request, Exchange& exchange,
                                      CertificateHandle& certificate, json& claims) const {
  const bool may_ask = !options_.wants_tokenboundauth ||
                       SameIdentifier(request.get_header_value("x-ms-tokenboundauth"), "true");
  if (!may_ask) {
    return Denial{401, "MissingClientCertificate",
                  "Send x-ms-tokenboundauth: true to be asked for the client certificate."};
  }
  const auto authorization = request.get_header_value("Authorization");
  const auto space = authorization.find(' ');
  if (authorization.empty()) return Denial{401, "MissingToken", "There is no Authorization header."};
  if (!SameIdentifier(std::string_view(authorization).substr(0, space), "mtls_pop")) {
    return Denial{401, "WrongScheme", "The Authorization scheme must be mtls_pop."};
  }
  certificate = exchange.ClientCertificate();
  if (!certificate) {
    return Denial{401, "MissingClientCertificate", "The TLS connection has no client certificate."};
  }
  const auto token = space == std::string::npos ? std::string() : authorization.substr(space + 1);
  if (auto denial = CheckToken(token, exchange.now(), claims)) return denial;
  if (BoundThumbprint(claims) != Thumbprint(certificate.get())) {
    return Denial{401, "WrongClientCertificate",
                  "The token is bound to another certificate than that of the TLS connection."};
  }
  return std::nullopt;
}

std::optional<Denial> Resource::CheckToken(const std::string& token,
                                           std::chrono::system_clock::time_point now, json& claims) const {
  const auto verified = options_.signer->Verify(token);
  if (!verified) {
    return Denial{401, "InvalidToken", "The token is not one that the emulated Entra signed."};
  }
  claims = *verified;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (TimeClaim(claims, "exp") <= seconds) return Denial{401, "TokenExpired", "The token has expired."};
  constexpr std::int64_t kClockSkew = 300;
  if (TimeClaim(claims, "nbf") > seconds + kClockSkew) {
    return Denial{401, "TokenNotYetValid", "The token is not valid yet."};
  }
  if (BoundThumbprint(claims).empty()) {
    return Denial{401, "TokenNotBound", "The token is not bound to a certificate."};
  }
  if (!options_.audience.empty() && TextClaim(claims, "aud") != options_.audience) {
    return Denial{403, "WrongAudience", "The token is for another resource."};
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> StartResourceServer(ResourceServerOptions options) {
  auto http = std::move(options.http);
  http.name = "resource";
  const auto resource = std::make_shared<Resource>(std::move(options));
  std::vector<Route> routes;
  routes.push_back({"*", R"([\s\S]*)", "call",
                    [resource](const httplib::Request& request, httplib::Response& answer,
                               Exchange& exchange) { resource->Call(request, answer, exchange); }});
  return HttpServer::Start(std::move(http), std::move(routes));
}

}  // namespace msiv2::emulator
