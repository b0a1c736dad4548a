// The built-in HttpTransport, on libcurl and OpenSSL.
#pragma once

#include <memory>
#include <string>

#include "msiv2/http.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::curl {

/// CurlOptions say whom the transport trusts, and where its proxies are named. Empty text and an empty file
/// name mean none.
struct CurlOptions {
  std::string trust_anchors_pem;
  std::string trust_anchors_file;
  bool use_system_trust = true;
  EnvironmentReader environment{};  ///< of the proxy variables, read at each request; empty: no proxies
};

/// StartCurl initialises libcurl, and OpenSSL with it, once; false when that failed.
bool StartCurl();

/// MakeCurlTransport returns a transport that keeps connections, a set of them for each certificate object,
/// so that one certificate never travels on a connection or TLS session of another. A set is closed at the
/// first Send after its certificate object is gone.
///
/// Beyond the rules of http.h: HTTP/1.1 only; no content coding is asked for and no `Expect` sent; the
/// caller may not set Content-Length, Transfer-Encoding or Expect; a response head is at most 64 KiB; TLS
/// sessions are not resumed where a client certificate is presented, so that every new connection shows it.
/// `HttpFailure::native_code` is the CURLcode, for kKeySign the keystore's status.
/// libcurl reads no variable itself: the proxy is chosen by http/proxy.h, and its credentials stand in no URL
/// that libcurl could quote. A proxy that is itself reached over TLS is refused, because it would see the
/// client certificate. Whatever fails before the tunnel stands is kProxy, and says variable and origin.
///
/// Errors: `invalid_request` for unreadable trust anchors; `msi_v2_error` when libcurl cannot start.
Result<std::shared_ptr<HttpTransport>> MakeCurlTransport(const CurlOptions& options);

}  // namespace msiv2::curl
