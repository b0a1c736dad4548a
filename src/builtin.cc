#include "builtin.h"

#include "http/curl/curl_transport.h"
#include "keys/memory/memory_key_provider.h"
#include "msiv2/diagnostics.h"

namespace msiv2 {

Result<std::shared_ptr<HttpTransport>> MakeBuiltInTransport(const TlsOptions& tls) {
  return curl::MakeCurlTransport(
      {.trust_anchors_pem = tls.trust_anchors_pem, .trust_anchors_file = tls.trust_anchors_file});
}

void StartLibraries() { curl::StartCurl(); }

std::optional<std::string> KeyMemoryNotice() {
  switch (KeyMemoryProtection()) {
    case MemoryProtection::kLocked:
      return std::nullopt;
    case MemoryProtection::kUnlocked:
      return "in-memory keys may be swapped out or dumped: raise the memory lock limit (RLIMIT_MEMLOCK)";
    case MemoryProtection::kApplication:
      return "in-memory keys lie in the secure heap that the application set up; its lock is not known";
    case MemoryProtection::kNone:
      break;
  }
  return "in-memory keys lie in ordinary memory: this OpenSSL has no secure heap";
}

std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders() { return {MakeMemoryKeyProvider()}; }

}  // namespace msiv2
