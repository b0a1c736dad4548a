// Faults of the TLS handshake: resets, certificate alerts and hangs, played from OpenSSL's callbacks.
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <functional>
#include <optional>
#include <string>

#include "emulator/faults.h"

namespace msiv2::emulator {

/// TlsFaults plays the scripted fault of one TLS connection. It is used by that connection's thread only,
/// and outlives the SSL object it was attached to.
///
/// OpenSSL itself sends the alerts 40, 42 to 46 and 48, under every version and in a renegotiation too. It
/// has no way to send 49, nor 116 under TLS 1.2. For these the server asks for the client certificate in the
/// first handshake of TLS 1.2. Nothing is encrypted yet when that certificate arrives, and the alert record
/// is written to the socket. OpenSSL also sends 116 under TLS 1.3: the server accepts no signature algorithm
/// of the client's key, so that the client sends no certificate.
class TlsFaults {
 public:
  /// `gone` returns true if no peer waits for this connection any more. `script` may be null.
  TlsFaults(FaultScript* script, std::string server, socket_t socket, std::function<bool()> gone)
      : script_(script), server_(std::move(server)), socket_(socket), gone_(std::move(gone)) {}

  /// Install makes the connections of `context` call the TlsFaults attached to them. Every client certificate
  /// passes the handshake unless a fault says otherwise.
  static void Install(SSL_CTX* context);
  void Attach(SSL* ssl);

  /// rule returns the text of the rule that was applied, or an empty text.
  const std::string& rule() const noexcept { return rule_; }
  /// wants_reset returns true if the connection must end with a TCP RST.
  bool wants_reset() const noexcept { return wants_reset_; }

 private:
  static int OnClientHello(SSL* ssl, int* alert, void*);
  static int OnClientCertificate(X509_STORE_CTX* chain, void*);

  bool AdmitClientHello(SSL* ssl);
  bool AdmitCertificate(SSL* ssl, X509_STORE_CTX* chain);
  void PrepareAlert(SSL* ssl);
  void Break(SSL* ssl, bool with_reset);

  FaultScript* script_;
  std::string server_;
  socket_t socket_;
  std::function<bool()> gone_;
  bool saw_hello_ = false;
  bool wants_reset_ = false;
  std::optional<Fault> fault_;
  std::string rule_;
};

}  // namespace msiv2::emulator
