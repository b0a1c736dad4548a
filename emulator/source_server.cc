#include "emulator/source_server.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "emulator/base64.h"
#include "emulator/expiry_forms.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

/// Source is a running source: what all its requests read.
struct Source {
  SourceProtocol protocol;
  SourceOptions options;
};

/// Send replaces what is not UTF-8: a refusal may quote what the caller sent.
void Send(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, json::error_handler_t::replace),
                       "application/json; charset=utf-8");
}

void Refuse(const Source& source, const SourceError& error, httplib::Response& response) {
  if (!error.challenge.empty()) response.set_header("WWW-Authenticate", error.challenge);
  Send(response, error.status, source.protocol.error_body(error));
}

bool IsOwnFault(const SourceProtocol& protocol, const std::string& name) {
  return std::find(protocol.own_faults.begin(), protocol.own_faults.end(), name) != protocol.own_faults.end();
}

void GetToken(const Source& source, const httplib::Request& request, httplib::Response& response,
              const Exchange& exchange) {
  SourceCall call;
  if (const auto error = source.protocol.check(source.options, request, exchange, call)) {
    return Refuse(source, *error, response);
  }
  const IssuedToken issued = source.protocol.issue
                                 ? source.protocol.issue(source.options, call, exchange.now())
                                 : IssueToken(source.options, call, exchange.now());
  json answer = source.protocol.answer(call, issued);
  const std::string& fault = exchange.answer_fault();
  if (!fault.empty() && !IsOwnFault(source.protocol, fault) &&
      !Spoil(BearerFaults(issued.issued, issued.lifetime), fault, answer)) {
    response.status = 500;
    return response.set_content("unknown content fault: " + fault, "text/plain");
  }
  Send(response, 200, answer);
}

Handler Always(const std::shared_ptr<const Source>& source, SourceError error) {
  return [source, error = std::move(error)](const httplib::Request&, httplib::Response& response, Exchange&) {
    Refuse(*source, error, response);
  };
}

}  // namespace

IssuedToken IssueToken(const SourceOptions& options, const SourceCall& call,
                       std::chrono::system_clock::time_point now) {
  const BearerGrant grant = {call.identity,          BearerIssuer(options.entra_url, options.tenant_id),
                             options.tenant_id,      call.resource,
                             options.token_lifetime, call.capabilities};
  return {SignBearerToken(*options.signer, grant, now), now, options.token_lifetime};
}

Result<std::unique_ptr<HttpServer>> StartSourceServer(SourceProtocol protocol, SourceOptions options) {
  HttpServerOptions http = std::move(options.http);
  http.name = protocol.name;
  http.fault_body =
      protocol.error_body({503, "emulated_fault", "A fault rule of the emulator asked for this answer."})
          .dump();
  const auto source = std::make_shared<const Source>(Source{std::move(protocol), std::move(options)});
  const Handler token = [source](const httplib::Request& request, httplib::Response& response,
                                 Exchange& exchange) { GetToken(*source, request, response, exchange); };
  const SourceProtocol& what = source->protocol;
  return HttpServer::Start(
      std::move(http),
      {{what.method, what.path, "token", token},
       {"*", what.path, "token",
        Always(source, {405, "MethodNotAllowed", "This path takes " + what.method + " only."})},
       {"*", "/.*", "unknown", Always(source, {404, "NotFound", "There is nothing at this path."})}});
}

bool SaysTrue(const std::string& text) {
  constexpr std::string_view kTrue = "true";
  return std::equal(text.begin(), text.end(), kTrue.begin(), kTrue.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

std::string OnlyValue(const httplib::Request& request, const std::string& name) {
  return request.get_param_value_count(name) == 1 ? request.get_param_value(name) : std::string();
}

std::string FirstParameter(const httplib::Request& request, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (request.has_param(name)) return name;
  }
  return {};
}

std::string NewSecret() {
  std::array<unsigned char, 32> bytes{};
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "a random secret");
  return EncodeBase64Url(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace msiv2::emulator
