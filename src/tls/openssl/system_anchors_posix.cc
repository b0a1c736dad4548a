#include "tls/openssl/default_paths.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

bool AddSystemTrustAnchors(X509_STORE* store) { return AddDefaultPaths(store); }

bool SystemHasTrustAnchors() { return DefaultPathsHoldTrustAnchors(); }

}  // namespace msiv2::tls
