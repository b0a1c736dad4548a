// Emulated Entra for Kubernetes workload identity: a bearer token for a client assertion.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "emulator/federated_token.h"
#include "emulator/http_server.h"

namespace msiv2::emulator {

/// WorkloadServerOptions configure the server. The pointers outlive it.
struct WorkloadServerOptions {
  HttpServerOptions http;  ///< with `tls`
  std::string entra_url;   ///< of the emulated Entra, the issuer of the tokens
  std::string tenant_id;
  std::function<std::vector<EmulatedIdentity>()> identities;  ///< all of them trust the federated token
  std::chrono::seconds token_lifetime{0};
  const JwtSigner* signer = nullptr;
  const FederatedToken* federated = nullptr;
};

/// StartWorkloadServer serves POST /{tenant}/oauth2/v2.0/token and openid-configuration. Errors: those of
/// HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartWorkloadServer(WorkloadServerOptions options);

}  // namespace msiv2::emulator
