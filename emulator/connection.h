// One accepted connection, plain or TLS, with what faults need: resets, closed peers, the client certificate.
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/faults.h"
#include "emulator/openssl_handles.h"
#include "emulator/tls_faults.h"

namespace msiv2::emulator {

using TlsContextHandle = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using TlsHandle = std::unique_ptr<SSL, Freed<SSL_free>>;

/// Connection owns an accepted socket. It is used by its own thread, except where noted.
class Connection {
 public:
  /// Connection takes over `socket`. `context` is null for plain HTTP, and `faults` may be null; both outlive
  /// the connection.
  Connection(socket_t socket, SSL_CTX* context, FaultScript* faults, std::string server);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Handshake does the TLS handshake; returns true at once for plain HTTP.
  bool Handshake();

  /// Read waits for bytes and returns their number; 0 at the end, on an error and after End.
  std::size_t Read(char* into, std::size_t room);
  /// Write sends all bytes; returns false if the connection is broken.
  bool Write(std::string_view bytes);

  /// ClientCertificate returns the peer's certificate, or null. With `ask` it requests a certificate that the
  /// peer has not sent yet. It does so by renegotiation under TLS 1.2 (RFC 5746), and by post-handshake
  /// authentication under TLS 1.3.
  CertificateHandle ClientCertificate(bool ask);

  /// IsBroken returns true if no more answers can be sent on this connection.
  bool IsBroken() const noexcept { return broken_; }
  /// BreakWithReset makes the connection end with a TCP RST, without an answer.
  void BreakWithReset() noexcept;
  /// Break makes the connection end without an answer.
  void Break() noexcept { broken_ = true; }

  /// PeerIsGone returns true if the peer has gone, or End was called.
  bool PeerIsGone() const;
  /// End wakes the connection's thread, whatever the thread waits for. Any thread may call it.
  void End();
  /// Close ends TLS and closes the socket.
  void Close();

  /// fault_rule returns the rule of the TLS fault that was applied to this connection, or an empty text.
  const std::string& fault_rule() const noexcept { return faults_.rule(); }
  socket_t socket() const noexcept { return socket_; }

 private:
  bool AskForCertificate();
  bool DriveHandshakes();

  const socket_t socket_;
  TlsFaults faults_;
  TlsHandle tls_;
  std::array<char, 4096> buffer_{};
  std::size_t buffer_begin_ = 0;
  std::size_t buffer_end_ = 0;
  bool broken_ = false;
  bool reset_ = false;
  std::mutex close_mutex_;  // guards closed_: End must not use a descriptor that was closed
  bool closed_ = false;
  std::atomic<bool> ended_{false};
};

/// ConnectionStream lets httplib read and write a connection.
class ConnectionStream : public httplib::Stream {
 public:
  explicit ConnectionStream(Connection& connection) : connection_(connection) {}
  bool is_readable() const override { return !connection_.IsBroken(); }
  bool is_writable() const override { return !connection_.IsBroken(); }
  ssize_t read(char* into, size_t room) override;
  ssize_t write(const char* bytes, size_t size) override;
  /// InsertFirstLine inserts `line` after the status line of the next answer.
  void InsertFirstLine(std::string line) { first_line_ = std::move(line); }
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return connection_.socket(); }

 private:
  Connection& connection_;
  std::string first_line_;
};

}  // namespace msiv2::emulator
