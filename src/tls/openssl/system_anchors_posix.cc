#include "tls/openssl/default_paths.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

std::optional<std::string> AddSystemTrustAnchors(X509_STORE* store) { return AddDefaultPaths(store); }

SystemTrust InspectSystemTrust() { return InspectDefaultPaths(); }

}  // namespace msiv2::tls
