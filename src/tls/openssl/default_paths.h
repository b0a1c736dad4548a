// The trust anchors in OpenSSL's default paths: one file and some directories, which SSL_CERT_FILE and
// SSL_CERT_DIR replace.
#pragma once

#include <openssl/x509.h>

#include <cstddef>

namespace msiv2::tls {

/// kMaxTrustAnchorBytes is the largest size of a file of trust anchors.
inline constexpr std::size_t kMaxTrustAnchorBytes = std::size_t{16} * 1024 * 1024;

/// AddDefaultPaths adds the certificates and revocation lists of the default file to `store`, and makes
/// `store` search the default directories when it verifies a peer. It does what X509_STORE_set_default_paths
/// does, except that it never waits for the writer of a pipe in the place of the file. A file that is not
/// regular, or larger than kMaxTrustAnchorBytes, counts as missing. OpenSSL itself opens the files in the
/// directories. It returns false if OpenSSL has no memory.
bool AddDefaultPaths(X509_STORE* store);

/// DefaultPathsHoldTrustAnchors returns true if the default paths hold any certificate. It looks into the
/// file, and into each directory for certificates under the hashed names by which OpenSSL looks for them.
bool DefaultPathsHoldTrustAnchors();

}  // namespace msiv2::tls
