// The thumbprint by which a token names its certificate.
#pragma once

#include <string>

#include "base/bytes.h"

namespace msiv2::x509 {

/// X5tS256 returns base64url(SHA-256(`der`)) without padding: the `x5t#S256` of a certificate (RFC 8705
/// section 3.1).
std::string X5tS256(ByteView der);

}  // namespace msiv2::x509
