#include "emulator/control_server.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "emulator/control_guard.h"

namespace msiv2::emulator {
namespace {

using nlohmann::ordered_json;

constexpr char kJson[] = "application/json; charset=utf-8";

ordered_json LogJson(const std::vector<RequestLogEntry>& entries) {
  ordered_json list = ordered_json::array();
  for (const RequestLogEntry& entry : entries) {
    list.push_back({{"server", entry.server},
                    {"method", entry.method},
                    {"path", entry.path},
                    {"query", entry.query},
                    {"status", entry.status},
                    {"client_certificate", entry.client_certificate},
                    {"had_attestation_token", entry.had_attestation_token},
                    {"fault", entry.fault}});
  }
  return list;
}

/// Dump replaces what is not UTF-8: a path in the log is whatever a client sent.
std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

void AddFaults(const ControlHooks& hooks, const httplib::Request& request, httplib::Response& response) {
  std::istringstream lines(request.body);
  std::string line;
  while (std::getline(lines, line)) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const auto added = hooks.add_fault(line);
    if (added) continue;
    response.status = 400;
    response.set_content(Dump({{"error", added.error().message}}), kJson);
    return;
  }
  response.set_content(Dump({{"faults", hooks.faults()}}), kJson);
}

void RotateFederatedToken(const ControlHooks& hooks, httplib::Response& response) {
  const auto rotated = hooks.rotate_federated_token();
  response.status = rotated ? 204 : 400;
  if (!rotated) response.set_content(Dump({{"error", rotated.error().message}}), kJson);
}

/// Do returns a handler that calls `action` and answers 204.
Handler Do(std::function<void()> action) {
  return [action = std::move(action)](const httplib::Request&, httplib::Response& response, Exchange&) {
    action();
    response.status = 204;
  };
}

/// Show returns a handler that answers with the text that `text` returns.
Handler Show(std::function<std::string()> text) {
  return [text = std::move(text)](const httplib::Request&, httplib::Response& response, Exchange&) {
    response.set_content(text(), kJson);
  };
}

}  // namespace

Result<std::unique_ptr<HttpServer>> StartControlServer(std::uint16_t port, ControlHooks hooks) {
  HttpServerOptions http;
  http.name = "control";
  http.port = port;
  http.refuse = WhyForeign;
  const auto shared = std::make_shared<const ControlHooks>(std::move(hooks));
  const Handler add_faults = [shared](const httplib::Request& request, httplib::Response& response,
                                      Exchange&) { AddFaults(*shared, request, response); };
  const Handler rotate = [shared](const httplib::Request&, httplib::Response& response, Exchange&) {
    RotateFederatedToken(*shared, response);
  };
  return HttpServer::Start(
      std::move(http),
      {{"GET", "/health", "health", Show([shared] {
          return Dump({{"status", "ok"}, {"hanging", shared->hanging()}});
        })},
       {"GET", "/endpoints", "endpoints", Show([shared] { return shared->endpoints_json() + "\n"; })},
       {"GET", "/log", "log", Show([shared] { return Dump(LogJson(shared->log())); })},
       {"DELETE", "/log", "log", Do([shared] { shared->clear_log(); })},
       {"GET", "/faults", "faults", Show([shared] {
          return Dump({{"faults", shared->faults()}});
        })},
       {"POST", "/faults", "faults", add_faults},
       {"DELETE", "/faults", "faults", Do([shared] { shared->clear_faults(); })},
       {"POST", "/rotate-federated-token", "rotate", rotate},
       {"POST", "/revoke", "revoke", Do([shared] { shared->revoke(); })}});
}

}  // namespace msiv2::emulator
