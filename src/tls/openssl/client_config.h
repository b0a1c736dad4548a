// The TLS rules of every connection of this library, and the record of what happened on a connection.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "msiv2/binding.h"
#include "msiv2/call.h"
#include "msiv2/http.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

/// TlsRecord tells a transport what happened on its newest connection, for use after a failure. It is written
/// during that connection's handshakes, reads and writes, on the thread that does them. It must outlive every
/// connection created from the SSL_CTX.
struct TlsRecord {
  bool handshake_started = false;        ///< the connection below TLS is established
  bool client_certificate_sent = false;  ///< our Certificate message was sent, and was not empty
  int alert_received = -1;               ///< number of the fatal alert the peer sent, else -1
  bool close_notify_received = false;    ///< the peer ended its stream properly
  bool fatal_alert_sent = false;         ///< we ended the connection for a TLS reason
  /// The newest handshake step failed for a TLS reason, with or without an alert. False if the peer merely
  /// closed or reset the connection.
  bool handshake_failed = false;
  bool issuer_unknown = false;    ///< the server's chain ends at no trust anchor
  bool out_of_memory = false;     ///< the server's chain could not be verified
  bool call_ended = false;        ///< the limits of `call` ended the verification of the server's chain
  std::string server_thumbprint;  ///< the only accepted certificate; empty: by chain and name
  std::optional<Error> signing_failure;  ///< the binding key refused to sign
  /// The call for which the connection is used. The verification of a chain waits for trust anchors within
  /// its limits. It must be set during each handshake and renegotiation.
  const CallContext* call = nullptr;
  const TrustAnchors* anchors = nullptr;  ///< what the server's chain is verified against
};

/// ConfigureClient makes `context` a client of this library:
/// - It trusts `anchors` only and verifies the server.
/// - It allows TLS 1.2 at least, `max_version` at most.
/// - It rejects a server without secure renegotiation (RFC 5746). It also rejects a renegotiation in which
///   the server shows another certificate than at first. The reason is that the server's name is checked only
///   in the first handshake.
/// - It presents `certificate` if it is not null, in the handshake, in a renegotiation, and in post-handshake
///   authentication. If the server asks for a certificate but accepts none of the key's signature algorithms,
///   the handshake fails. By itself, OpenSSL would go on without a certificate.
/// - It writes no key log, whatever the environment says.
///
/// With a `server_thumbprint` (HttpRequest), the server is identified by its certificate alone. Chain and
/// name are not checked, and `anchors` are ignored.
///
/// `record` is reset, except for its call, and belongs to the next connection. `anchors` and `record` must
/// outlive that connection. Errors: `tls_failed`.
Result<void> ConfigureClient(SSL_CTX* context, const TrustAnchors& anchors, TlsVersion max_version,
                             const BindingCertificate* certificate, TlsRecord& record,
                             const std::string& server_thumbprint = {});

}  // namespace msiv2::tls
