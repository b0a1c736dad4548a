// Emulated resource: it accepts a bound token only on the TLS connection of the bound certificate.
#pragma once

#include <memory>
#include <string>

#include "emulator/http_server.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// ResourceServerOptions configure the protected resource. The pointer outlives the server.
struct ResourceServerOptions {
  HttpServerOptions http;             ///< with `tls`
  const JwtSigner* signer = nullptr;  ///< of the emulated Entra
  std::string audience;               ///< the `aud` that tokens must have (403 otherwise); empty: any
  bool wants_tokenboundauth = false;  ///< asks for no certificate without `x-ms-tokenboundauth: true`
};

/// StartResourceServer serves every path and method. It answers 200 with an echo of the request for the right
/// token on the right certificate. A wrong audience gets 403. Any other failure gets 401 with the reason in
/// WWW-Authenticate. Errors: those of HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartResourceServer(ResourceServerOptions options);

}  // namespace msiv2::emulator
