// One connection of an HttpServer: httplib parses requests, routes answer them, faults damage the answers.
#pragma once

#include <httplib.h>

#include <regex>
#include <string>
#include <vector>

#include "emulator/connection.h"
#include "emulator/http_server.h"

namespace msiv2::emulator {

/// CompiledRoute is a route with its compiled expression.
struct CompiledRoute {
  Route route;
  std::regex path;
};

/// HttpSession serves one connection until it ends. It does not use httplib's own listener. That has a fixed
/// pool of threads, which hanging requests would exhaust, and no way to reset or watch a connection.
class HttpSession : private httplib::Server {
 public:
  /// The arguments outlive the session.
  HttpSession(Connection& connection, const HttpServerOptions& options,
              const std::vector<CompiledRoute>& routes);

  /// Serve does the TLS handshake and answers requests until the connection ends.
  void Serve();

 private:
  bool Refuse(const httplib::Request& request, httplib::Response& answer);
  void Answer(const httplib::Request& request, httplib::Response& answer);
  const CompiledRoute* Find(const httplib::Request& request, std::vector<std::string>& captures) const;
  bool Strike(const Fault& fault, RequestLogEntry& entry);
  static void RunHandler(const CompiledRoute& route, const httplib::Request& request,
                         httplib::Response& answer, Exchange& exchange);
  void AnswerWithStatus(const Fault& fault, httplib::Response& answer) const;
  void Spoil(const Fault& fault, httplib::Response& answer);
  void HalfABody(httplib::Response& answer, bool then_hang);
  void Record(RequestLogEntry entry) const;
  std::chrono::system_clock::time_point Now() const;

  Connection& connection_;
  ConnectionStream stream_;
  const HttpServerOptions& options_;
  const std::vector<CompiledRoute>& routes_;
  bool refused_ = false;
};

}  // namespace msiv2::emulator
