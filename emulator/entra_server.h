// Emulated Entra: the regional token endpoint that demands the binding certificate (protocol step 7).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "emulator/certificate_authority.h"
#include "emulator/http_server.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// EntraServerOptions configure the emulated Entra. The pointers outlive the server.
struct EntraServerOptions {
  HttpServerOptions http;  ///< with `tls`
  const CertificateAuthority* authority = nullptr;
  const JwtSigner* signer = nullptr;
  std::string tenant_id;
  std::chrono::seconds token_lifetime{0};
  /// object_id_of returns the object id of a client id, or empty for an unknown client.
  std::function<std::string(const std::string& client_id)> object_id_of;
  /// was_attested returns true if a certificate was issued for an attested key.
  std::function<bool(X509* certificate)> was_attested;
};

/// EntraAnswerFaults returns the names of the content faults of a token request, without `aadsts-<code>`.
std::vector<std::string> EntraAnswerFaults();

/// StartEntraServer serves POST /{tenant}/oauth2/v2.0/token, openid-configuration of both versions and the
/// key set. The issuer of the first version is that of bearer tokens (bearer_token.h). The handler checks the
/// client certificate, not the TLS handshake: refusals come in the AADSTS form. Errors: those of
/// HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartEntraServer(EntraServerOptions options);

}  // namespace msiv2::emulator
