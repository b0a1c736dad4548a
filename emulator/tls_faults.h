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
/// Alerts 40, 42 to 46 and 48 are sent by OpenSSL itself, under every version and in a renegotiation too.
/// It has no way to send 49, nor 116 under TLS 1.2: for these the client certificate is asked for in the
/// first handshake of TLS 1.2, where nothing is encrypted yet when the certificate arrives, and the alert
/// record is written to the socket. 116 under TLS 1.3 is OpenSSL's own: the server accepts no signature
/// algorithm that the client's key has, so that the client sends no certificate.
class TlsFaults {
 public:
  /// `gone` is true when nobody waits for this connection any more. `script` may be null.
  TlsFaults(FaultScript* script, std::string server, socket_t socket, std::function<bool()> gone)
      : script_(script), server_(std::move(server)), socket_(socket), gone_(std::move(gone)) {}

  /// Install makes the connections of `context` ask the TlsFaults attached to them. Every client
  /// certificate passes the handshake unless a fault says otherwise.
  static void Install(SSL_CTX* context);
  void Attach(SSL* ssl);

  /// rule is the text of the rule that struck, or empty.
  const std::string& rule() const noexcept { return rule_; }
  /// wants_reset is true when the connection must end with a TCP RST.
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
