#include "builtin.h"

#include "http/curl/curl_transport.h"
#include "keys/memory/memory_key_provider.h"
#include "msiv2/diagnostics.h"

namespace msiv2 {

Result<std::shared_ptr<HttpTransport>> MakeBuiltInTransport(const TlsOptions& tls) {
  return curl::MakeCurlTransport(
      {.trust_anchors_pem = tls.trust_anchors_pem, .trust_anchors_file = tls.trust_anchors_file});
}

std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders() { return {keys::MakeMemoryKeyProvider()}; }

}  // namespace msiv2
