// The built-in HttpTransport, on libcurl and OpenSSL.
#pragma once

#include <memory>
#include <string>

#include "msiv2/http.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::curl {

/// CurlOptions defines whom the transport trusts, and where its proxies are named. Empty text and an empty
/// file name mean none.
struct CurlOptions {
  std::string trust_anchors_pem;
  std::string trust_anchors_file;
  bool use_system_trust = true;
  EnvironmentReader environment{};  ///< with the proxy variables, read at each request; empty: no proxies
};

/// StartCurl initialises libcurl, and OpenSSL with it, once. It returns false if that failed.
bool StartCurl();

/// MakeCurlTransport returns a transport that keeps connections open, in a separate set for each certificate
/// object. So one certificate never travels on a connection or TLS session of another. A set is closed at the
/// first Send after its certificate object is gone.
///
/// In addition to the rules of http.h:
/// - It uses HTTP/1.1 only, asks for no content coding and sends no `Expect`.
/// - The caller must not set Content-Length, Transfer-Encoding or Expect.
/// - A response head is at most 64 KiB.
/// - TLS sessions are not resumed if a client certificate is presented, so that every new connection presents
///   it.
/// - `HttpFailure::native_code` is the CURLcode. For kKeySign it is the keystore's status.
/// - libcurl itself reads no environment variable. http/proxy.h chooses the proxy, and its credentials are
///   not part of any URL that libcurl could quote.
/// - A proxy that is itself reached over TLS is rejected, because it would see the client certificate.
/// - A failure before the tunnel is established is kProxy, and its message names the variable and the origin.
///
/// Errors: `invalid_request` for unreadable trust anchors; `msi_v2_error` if libcurl cannot start.
Result<std::shared_ptr<HttpTransport>> MakeCurlTransport(const CurlOptions& options);

}  // namespace msiv2::curl
