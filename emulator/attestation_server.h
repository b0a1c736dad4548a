// The emulated attestation service (protocol step 4).
#pragma once

#include <memory>

#include "emulator/http_server.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// AttestationServerOptions configure the service. The pointer outlives the server.
struct AttestationServerOptions {
  HttpServerOptions http;  ///< with `tls`
  const JwtSigner* signer = nullptr;
};

/// kStatementLifetime is how long an attestation JWT is valid.
inline constexpr std::chrono::hours kStatementLifetime{8};

/// AttestationMessage returns what a caller signs (RSASSA-PSS, SHA-256, salt 32) to prove that it holds the
/// key. It has five lines, joined by a line feed: `msiv2-emulated-attestation`, client id, n, e, nonce.
std::string AttestationMessage(const std::string& client_id, const std::string& n, const std::string& e,
                               const std::string& nonce);

/// AttestationAnswerFaults returns the names of the content faults of an attestation.
std::vector<std::string> AttestationAnswerFaults();

/// StartAttestationServer serves
///   POST /attest/keyguard {"clientId":..., "jwk":{"kty":"RSA","n":...,"e":...}, "nonce":..., "proof":...}
///   -> {"token": "<JWT>"}
/// where `proof` is the base64url signature over AttestationMessage, and GET /certs for the key set.
/// Errors: those of HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartAttestationServer(AttestationServerOptions options);

}  // namespace msiv2::emulator
