// ResourceClient: call a resource with a bound token.
#pragma once

#include <memory>
#include <string>

#include "msiv2/call.h"
#include "msiv2/http.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/token.h"

namespace msiv2 {

/// ResourceRequest is a call to a protected resource.
struct ResourceRequest {
  std::string method = "GET";
  std::string url{};      ///< https only
  HttpHeaders headers{};  ///< an Authorization header is refused; Send adds it from the token
  std::string body{};
  std::size_t max_body_bytes = std::size_t{16} * 1024 * 1024;
};

/// ResourceClientOptions configure a ResourceClient; the fields mean what they mean in ClientOptions.
struct ResourceClientOptions {
  TlsOptions tls{};
  Timeouts timeouts{};
  std::shared_ptr<HttpTransport> http{};
  std::shared_ptr<Clock> clock{};
  EnvironmentReader environment{};  ///< used for the proxy variables only
};

/// ResourceClient sends requests over mTLS with the token's binding certificate and
/// `Authorization: mtls_pop <token>`. The resource may ask for the certificate in the handshake, in a TLS
/// 1.2 renegotiation, or by TLS 1.3 post-handshake authentication.
///
/// Threads: all members may be called at the same time. Connections are kept open, separately for each
/// certificate. Fork: in a child, a client of the parent returns `used_after_fork`, and destroying it closes
/// nothing.
class ResourceClient {
 public:
  /// Create checks the options. Errors: `invalid_request` for unreadable trust anchors.
  static Result<ResourceClient> Create(ResourceClientOptions options = {});

  /// CheckRequest validates `request` before a token is acquired, and returns the error that Send would
  /// return with any token. That is `invalid_request` for a URL that is not an absolute https URL or has
  /// userinfo. It is the same for a method or header that cannot be sent, and for a caller-supplied
  /// Authorization header. The message holds no more of the URL than its origin, and no value of a header.
  static Result<void> CheckRequest(const ResourceRequest& request);

  /// Send sends `request` with `token` and returns the answer, whatever its status. Redirects are not
  /// followed. For a host of Key Vault or Managed HSM, in the public and the sovereign clouds, it adds
  /// `x-ms-tokenboundauth: true`. Without that header the vault answers 401.
  ///
  /// Errors: `invalid_request` (what CheckRequest refuses, or a bearer token), `resource_request_failed`,
  /// `proxy_failed`, `tls_failed`, `timeout`, `canceled`, `used_after_fork`. The last one is for a client of
  /// the parent, and for a bound token of the parent, whose key signs only in the parent.
  Result<HttpResponse> Send(const AccessToken& token, const ResourceRequest& request,
                            const CallOptions& call = {});

  ResourceClient(ResourceClient&&) noexcept;
  ResourceClient& operator=(ResourceClient&&) noexcept;
  ~ResourceClient();

 private:
  class Impl;
  struct Free {  // leaves a client of a parent process as it is
    void operator()(Impl* impl) const noexcept;
  };
  using Owner = std::unique_ptr<Impl, Free>;
  explicit ResourceClient(Owner impl);
  Owner impl_;
};

}  // namespace msiv2
