// From libcurl's result to an HttpFailure.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "http/curl/curl_response.h"
#include "http/proxy.h"
#include "msiv2/http.h"
#include "tls/openssl/client_config.h"

namespace msiv2::curl {

/// Evidence is what is known about a transfer that libcurl ended with an error.
struct Evidence {
  CURLcode code;
  bool connected;    ///< the connection stood, below TLS
  int proxy_status;  ///< with which the proxy refused CONNECT; 0: it did not
  const ResponseReader& reader;
  const tls::TlsRecord& tls;
  std::string_view detail;  ///< libcurl's own words
};

/// MakeFailure decides what to call the failure. What the TLS record and the reader saw goes before
/// libcurl's code, which says "receive error" for an alert and for a reset alike.
HttpFailure MakeFailure(const Evidence& evidence);

/// MakeStopFailure makes the failure for a transfer that was ended here, for `kind` and in these words.
HttpFailure MakeStopFailure(HttpFailure::Kind kind, std::string message, const tls::TlsRecord& tls);

/// MakeProxyProblem makes the failure for a proxy that cannot be used.
HttpFailure MakeProxyProblem(const Proxy& proxy);

/// AtProxy returns `failure` of a request that went to `proxy`. What failed before the tunnel stood becomes
/// kProxy, in words that name variable and origin. The proxy's credentials are hidden in all words.
HttpFailure AtProxy(HttpFailure failure, const Proxy& proxy);

}  // namespace msiv2::curl
