// The control endpoint: tests and scripts steer an emulator that runs in another process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http_server.h"

namespace msiv2::emulator {

/// ControlHooks are what the control endpoint can do. They are called from the server's threads.
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
///   GET /health, GET /endpoints, GET and DELETE /log, GET, POST and DELETE /faults, POST /revoke,
///   POST /rotate-federated-token (400 where the source `workload` is not played).
/// /health says how many requests a fault holds up. POST /faults takes one rule a line; blank lines and lines
/// that start with # are skipped; the first rule that is wrong answers 400 with the reason, and the rules
/// before it stay. What may come from a web page gets 403 (control_guard.h). Errors: those of
/// HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartControlServer(std::uint16_t port, ControlHooks hooks);

}  // namespace msiv2::emulator
