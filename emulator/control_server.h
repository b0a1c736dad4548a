// The control endpoint: tests and scripts control an emulator that runs in another process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http_server.h"

namespace msiv2::emulator {

/// ControlHooks are the actions of the control endpoint. The server's threads call them.
struct ControlHooks {
  std::function<std::string()> endpoints_json;
  std::function<std::vector<RequestLogEntry>()> log;
  std::function<void()> clear_log;
  std::function<std::vector<std::string>()> faults;
  std::function<Result<void>(std::string_view)> add_fault;
  std::function<void()> clear_faults;
  std::function<Result<void>()> rotate_federated_token;
  std::function<void()> revoke;
  std::function<std::size_t()> hanging;
};

/// StartControlServer serves, over plain HTTP on `port` of 127.0.0.1:
/// - GET /health, which returns how many requests a fault holds up;
/// - GET /endpoints, GET and DELETE /log, GET, POST and DELETE /faults, POST /revoke;
/// - GET /faults lists the rules that can still apply;
/// - POST /rotate-federated-token (400 if the source `workload` is not played).
///
/// POST /faults takes one rule per line; blank lines and lines that start with # are skipped. The first wrong
/// rule is answered with 400 and the reason. The rules before it stay in force. A request that may come from
/// a web page gets 403 (control_guard.h). Errors: those of HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartControlServer(std::uint16_t port, ControlHooks hooks);

}  // namespace msiv2::emulator
