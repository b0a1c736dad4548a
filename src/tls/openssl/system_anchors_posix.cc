#include <openssl/x509.h>

#include "tls/openssl/default_paths.h"
#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

bool AddSystemTrustAnchors(X509_STORE* store) { return X509_STORE_set_default_paths(store) == 1; }

bool SystemHasTrustAnchors() { return DefaultPathsHoldTrustAnchors(); }

}  // namespace msiv2::tls
