// The trust anchors in OpenSSL's default paths: one file and some directories, which SSL_CERT_FILE and
// SSL_CERT_DIR replace.
#pragma once

#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {

/// InspectDefaultPaths returns what the default paths hold.
SystemTrust InspectDefaultPaths();

}  // namespace msiv2::tls
