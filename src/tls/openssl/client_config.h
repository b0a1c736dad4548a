// The TLS rules of every connection that this library makes, and what happened on it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "msiv2/binding.h"
#include "msiv2/http.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

/// TlsRecord is what a transport wants to know about its newest connection when something failed. It is
/// written during that connection's handshakes, reads and writes, on the thread that does them, and must
/// outlive every connection made from the SSL_CTX.
struct TlsRecord {
  bool handshake_started = false;        ///< the connection below TLS stands
  bool client_certificate_sent = false;  ///< our Certificate message went out, and was not empty
  int alert_received = -1;               ///< number of the fatal alert the peer sent, else -1
  bool close_notify_received = false;    ///< the peer ended its stream properly
  bool fatal_alert_sent = false;         ///< we ended the connection for a TLS reason
  /// The newest handshake step failed for a TLS reason, with or without an alert. False when the peer
  /// merely closed or reset the connection.
  bool handshake_failed = false;
  std::string server_thumbprint;         ///< the one certificate that is taken; empty: by chain and name
  std::optional<Error> signing_failure;  ///< the binding key refused to sign
};

/// ConfigureClient makes `context` a client of this library:
/// - trusts `anchors` only and verifies the server;
/// - TLS 1.2 at least, `max_version` at most;
/// - refuses a server without secure renegotiation (RFC 5746), and a renegotiation in which the server
///   shows another certificate than at first (its name is checked only in the first handshake);
/// - presents `certificate` where it is not null, in the handshake, in a renegotiation, and in
///   post-handshake authentication; when the server asks for a certificate but accepts none of the key's
///   signature algorithms, the handshake fails, because OpenSSL would go on without a certificate;
/// - writes no key log, whatever the environment says.
///
/// With a `server_thumbprint` (HttpRequest) the server is known by its certificate alone: neither chain nor
/// name are looked at, and `anchors` do not count.
///
/// `record` is reset and belongs to the connection made next. Errors: `tls_failed`.
Result<void> ConfigureClient(SSL_CTX* context, const TrustAnchors& anchors, TlsVersion max_version,
                             const BindingCertificate* certificate, TlsRecord& record,
                             const std::string& server_thumbprint = {});

}  // namespace msiv2::tls
