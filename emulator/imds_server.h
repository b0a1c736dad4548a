// The emulated instance metadata service: MSI v2 (steps 1 and 5), the v1 token endpoint, and compute data.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "emulator/credential_issuer.h"
#include "emulator/http_server.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// ImdsServerOptions configure the emulated IMDS. The pointers outlive the server.
struct ImdsServerOptions {
  HttpServerOptions http;
  std::string tenant_id;
  std::string vm_id;
  std::string vmss_id;
  std::function<std::vector<EmulatedIdentity>()> identities;  ///< the current ones of the host
  std::string attestation_endpoint;                           ///< what step 1 names
  std::string entra_endpoint;                                 ///< what step 5 names
  bool require_attestation = false;
  bool v1_only = false;
  std::chrono::seconds token_lifetime{0};  ///< of v1 tokens
  CredentialIssuer* issuer = nullptr;
  const JwtSigner* attestation_signer = nullptr;
  const JwtSigner* token_signer = nullptr;  ///< of Entra
};

/// StartImdsServer serves the paths below /metadata. Errors: those of HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartImdsServer(ImdsServerOptions options);

}  // namespace msiv2::emulator
