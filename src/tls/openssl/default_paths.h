// The trust anchors in OpenSSL's default paths.
#pragma once

namespace msiv2::tls {

/// DefaultPathsHoldTrustAnchors tells whether OpenSSL's default paths, which SSL_CERT_FILE and SSL_CERT_DIR
/// replace, hold any certificate: the file, or a directory with certificates under the hashed names by which
/// OpenSSL looks for them.
bool DefaultPathsHoldTrustAnchors();

}  // namespace msiv2::tls
