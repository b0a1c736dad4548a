// A plain client for tests that shows what arrives on the wire: bytes, TLS alerts, resets.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/openssl_handles.h"
#include "emulator/sockets.h"

namespace msiv2::emulator::testing {

/// WireClientOptions say how to connect to 127.0.0.1.
struct WireClientOptions {
  std::uint16_t port = 0;
  bool tls = false;
  X509* certificate = nullptr;  ///< borrowed; null: the client has none
  EVP_PKEY* key = nullptr;
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  bool post_handshake_auth = true;
  SSL_SESSION* session = nullptr;  ///< borrowed; a session to resume
};

/// WireClient is one connection.
class WireClient {
 public:
  explicit WireClient(const WireClientOptions& options);
  ~WireClient();
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  /// Send writes bytes; returns false if the connection is broken.
  bool Send(const std::string& bytes);
  /// ReceiveAnswer reads one HTTP answer by its Content-Length, or everything until the end.
  std::string ReceiveAnswer();
  /// Exchange sends a request and reads the answer.
  std::string Exchange(const std::string& request);
  /// ReceiveToEnd reads until the connection ends.
  std::string ReceiveToEnd();

  bool handshake_done() const { return handshake_done_; }
  /// alerts returns the fatal TLS alerts that arrived, without warnings.
  const std::vector<int>& alerts() const { return alerts_; }
  /// was_reset returns true if the connection ended with a TCP RST.
  bool was_reset() const { return was_reset_; }
  int version() const { return SSL_version(tls_.get()); }
  bool resumed() const { return SSL_session_reused(tls_.get()) == 1; }
  SSL_SESSION* session() const { return SSL_get1_session(tls_.get()); }
  /// certificate_requests returns how many CertificateRequest messages arrived.
  int certificate_requests() const { return certificate_requests_; }

 private:
  static void Note(int sent, int version, int type, const void* bytes, std::size_t size, SSL* ssl,
                   void* self);
  std::size_t Read(char* into, std::size_t room);

  socket_t socket_{};
  std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Freed<SSL_free>> tls_;
  bool handshake_done_ = false;
  bool was_reset_ = false;
  int certificate_requests_ = 0;
  std::vector<int> alerts_;
};

/// BodyOf returns what follows the empty line.
std::string BodyOf(const std::string& answer);
/// StatusOf returns the status of an HTTP answer, or 0.
int StatusOf(const std::string& answer);
/// GetRequest returns a GET request; `headers` are whole lines with CR LF.
std::string GetRequest(const std::string& path, const std::string& headers = {});
/// PostRequest returns a POST request with a form or JSON body.
std::string PostRequest(const std::string& path, const std::string& body,
                        const std::string& type = "application/x-www-form-urlencoded");

}  // namespace msiv2::emulator::testing
