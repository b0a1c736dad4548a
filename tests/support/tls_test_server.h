// A server for transport tests: each test scripts what happens on a connection, good or bad.
// POSIX sockets; these tests do not run on Windows.
#pragma once

#include <openssl/ssl.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/test_pki.h"

namespace msiv2::testing {

/// ServerTls is how a test server speaks TLS.
struct ServerTls {
  Identity identity;
  SharedX509 client_root;  ///< the root that client certificates must chain to
  int version = TLS1_2_VERSION;
  bool ask_in_handshake = false;  ///< ask for the client certificate in the first handshake
  bool require_client = false;    ///< fail the handshake when no client certificate comes
  int refuse_client_with = 0;     ///< an X509_V_ERR_* to refuse client certificates with; 0: none
  /// Give up, without an alert, when the client certificate has been read.
  bool stop_after_client_certificate = false;
  std::string signature_algorithms;  ///< accepted from the client, OpenSSL's list syntax; empty: all
};

/// TestServer accepts connections on a loopback port and runs a script on a separate thread for each.
class TestServer {
 public:
  class Connection;
  using Script = std::function<void(Connection&)>;

  explicit TestServer(Script script);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  /// ~TestServer cuts every connection, which ends the scripts' reads and waits, and joins the threads.
  ~TestServer();

  std::uint16_t port() const { return port_; }
  /// Url returns `scheme://127.0.0.1:port` followed by `path`.
  std::string Url(const std::string& scheme, const std::string& path = "/") const;
  /// connections returns how many connections were accepted so far.
  int connections() const;
  /// WaitForHang returns when a script has called Connection::Hang.
  void WaitForHang();

 private:
  struct State;
  void AcceptLoop();

  const Script script_;
  std::shared_ptr<State> state_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
};

/// Connection is one accepted connection, as its script sees it.
class TestServer::Connection {
 public:
  Connection(int socket, std::shared_ptr<State> state);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// StartTls does the server's handshake; returns false if it fails. The first call of the server sets `tls`
  /// for all its connections, so that sessions can be resumed. `tls` must outlive the server.
  bool StartTls(const ServerTls& tls);
  /// ReadRequest reads one HTTP request with its body and returns all of it; nullopt if the peer closed.
  std::optional<std::string> ReadRequest();
  /// Write sends `text` unchanged; returns false if the peer is gone.
  bool Write(const std::string& text);
  /// Respond sends a complete answer with `body`.
  bool Respond(const std::string& body, const std::string& status = "200 OK");
  /// AskInRenegotiation asks for the client certificate in a TLS 1.2 renegotiation. `other` replaces the
  /// server's own certificate. Returns false if it fails or no certificate comes.
  bool AskInRenegotiation(const Identity* other = nullptr);
  /// AskAfterHandshake does the same by TLS 1.3 post-handshake authentication.
  bool AskAfterHandshake();
  /// Resumed returns true if the handshake resumed a session of an earlier connection.
  bool Resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// PeerName returns the common name of the client's certificate, or "none".
  std::string PeerName() const;
  /// ReadRaw reads at least one byte as it comes from the socket; empty if the peer closed.
  std::string ReadRaw();
  /// WriteRaw sends bytes outside of any TLS: a forged record, or no TLS at all.
  bool WriteRaw(const std::string& bytes);
  /// CloseTls sends close_notify. The connection itself closes when the script returns.
  void CloseTls();
  /// Reset makes the connection end with a TCP reset when the script returns.
  void Reset();
  /// FinishWriting ends our direction of the connection and reads until the peer closes.
  void FinishWriting();
  /// Hang keeps the connection open and silent until the server is destroyed.
  void Hang();
  /// WaitForClose reads until the peer closes.
  void WaitForClose();

 private:
  bool ReadMore(std::string& buffer);
  // Reads until a handshake message was handled or application data came (which stays unread).
  bool HandshakeRead();

  const int socket_;
  const std::shared_ptr<State> state_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
  std::string unread_;
};

}  // namespace msiv2::testing
