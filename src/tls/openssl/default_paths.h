// The trust anchors in OpenSSL's default paths: one file and some directories, which SSL_CERT_FILE and
// SSL_CERT_DIR replace.
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>

#include "tls/openssl/trust_anchors.h"

namespace msiv2::tls {

/// AddDefaultPaths adds the certificates and revocation lists of the default file to `store`, and makes
/// `store` search the default directories when it verifies a peer. It does what X509_STORE_set_default_paths
/// does, except for what default_file.h and default_directories.h say. It returns `DefaultFile::problem`, or
/// nullopt if OpenSSL has no memory.
std::optional<std::string> AddDefaultPaths(X509_STORE* store);

/// InspectDefaultPaths returns what the default paths hold.
SystemTrust InspectDefaultPaths();

}  // namespace msiv2::tls
