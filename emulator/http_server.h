// The HTTP(S) server that all servers of the emulator use: loopback only, with faults and a request log.
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/emulator.h"
#include "emulator/faults.h"
#include "emulator/openssl_handles.h"
#include "msiv2/result.h"

namespace msiv2::emulator {

class Connection;

/// Exchange is one request under way: what a handler needs in addition to httplib's request and answer.
class Exchange {
 public:
  Exchange(Connection& connection, std::string answer_fault, std::chrono::system_clock::time_point now)
      : connection_(connection), answer_fault_(std::move(answer_fault)), now_(now) {}

  /// ClientCertificate returns the certificate of the TLS peer, or null. If the server asks by renegotiation
  /// or post-handshake authentication, the first call does so, on the open connection.
  CertificateHandle ClientCertificate();

  /// answer_fault returns the name in `answer=...` of the fault rule for this request, or an empty text. The
  /// handler applies the fault.
  const std::string& answer_fault() const noexcept { return answer_fault_; }

  /// now returns the time of the request by the emulator's clock.
  std::chrono::system_clock::time_point now() const noexcept { return now_; }

  /// captures are the groups of the route's path, as sent (percent-decoded); [0] is the whole path.
  // NOLINTNEXTLINE(misc-non-private-member-variables-in-classes): set by the session
  std::vector<std::string> captures;

  /// had_attestation_token goes to the request log; the IMDS handler sets it.
  // NOLINTNEXTLINE(misc-non-private-member-variables-in-classes): set by a handler
  bool had_attestation_token = false;

 private:
  Connection& connection_;
  std::string answer_fault_;
  std::chrono::system_clock::time_point now_;
};

/// Handler answers one request: it sets status, headers and body of the Response (status 200 unless set).
/// It runs on the connection's own thread. An exception becomes a 500 answer.
using Handler = std::function<void(const httplib::Request&, httplib::Response&, Exchange&)>;

/// Route sends requests to a handler. The first matching route is used; without a match the answer is 404.
struct Route {
  std::string method;     ///< "GET"; "*" is any of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
  std::string path;       ///< ECMAScript regular expression for the whole path; letter case is ignored
  std::string operation;  ///< name in fault rules, for example "issuecredential"
  Handler handler;
};

/// TlsOptions make a server speak TLS.
struct TlsOptions {
  KeyHandle key;
  CertificateHandle certificate;
  /// When to ask for the client certificate; nullopt: never. kRenegotiation offers TLS 1.2 only, the others
  /// 1.2 and 1.3. Any certificate, or none, passes the handshake: the handler checks it.
  std::optional<AskForCertificate> ask;
};

/// HttpServerOptions configure a server. `faults` outlives it.
struct HttpServerOptions {
  std::string name;        ///< in fault rules, log and errors: "imds", "entra", ...
  std::uint16_t port = 0;  ///< on 127.0.0.1; 0 is any free one
  std::optional<TlsOptions> tls;
  std::string server_header;                    ///< `Server` of answers by a fault rule; empty: none
  std::string fault_body;                       ///< JSON of the same answers; empty: an OAuth error
  FaultScript* faults = nullptr;                ///< null: no faults
  std::function<void(RequestLogEntry)> record;  ///< called before the answer is sent; empty: no log
  std::function<std::chrono::system_clock::time_point()> now;  ///< empty: the system clock
  std::size_t largest_body = 1 << 20;  ///< of a request, in bytes; larger ones get 413
  /// refuse returns why a request is refused; empty if it is accepted. A refused request gets 403 and the end
  /// of the connection. Called before any route and any fault, whatever the path. Empty function: no request
  /// is refused.
  std::function<std::string(const httplib::Request&)> refuse;
};

/// HttpServer listens on loopback with one thread per connection, so that hanging requests do not starve
/// others. Threads: all members may be called at the same time.
class HttpServer {
 public:
  /// Start listens and returns. Errors: `invalid_request` if the port cannot be used.
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, std::vector<Route> routes);

  std::uint16_t port() const noexcept;
  /// url returns `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
  std::string url() const;

  /// Stop ends every connection at once, whatever its state (a handshake, a hang, keep-alive), and returns
  /// when all threads have ended. The destructor calls it.
  void Stop();

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace msiv2::emulator
