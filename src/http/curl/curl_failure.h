// Converts libcurl's result to an HttpFailure.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "http/curl/curl_response.h"
#include "http/proxy.h"
#include "msiv2/http.h"
#include "tls/openssl/client_config.h"

namespace msiv2::curl {

/// Evidence is what is known about a transfer that libcurl ended with an error.
struct Evidence {
  CURLcode code;
  bool connected;    ///< the connection below TLS was established
  int proxy_status;  ///< with which the proxy refused CONNECT; 0 if it did not refuse
  const ResponseReader& reader;
  const tls::TlsRecord& tls;
  std::string_view detail;  ///< libcurl's own error text
  bool local = false;       ///< this process could open no socket
  /// Why certificates of the system may be missing; empty unless the server's issuer is unknown.
  std::string trust_problems{};
};

/// MakeFailure returns the failure for `evidence`. The TLS record and the reader take precedence over
/// libcurl's code, which is "receive error" for an alert and for a reset alike.
HttpFailure MakeFailure(const Evidence& evidence);

/// MakeStopFailure returns a failure of `kind` with `message`, for a transfer that this library ended.
HttpFailure MakeStopFailure(HttpFailure::Kind kind, std::string message, const tls::TlsRecord& tls);

/// OutOfMemory returns the failure of a transfer that could not begin for want of memory.
HttpFailure OutOfMemory();

/// MakeProxyProblem returns the failure for a proxy that cannot be used.
HttpFailure MakeProxyProblem(const Proxy& proxy);

/// AtProxy returns `failure` as the failure of a request that went to `proxy`. A failure before the tunnel
/// was established becomes kProxy, with a message that names the variable and the origin. The proxy's
/// credentials are hidden in every message.
HttpFailure AtProxy(HttpFailure failure, const Proxy& proxy);

}  // namespace msiv2::curl
