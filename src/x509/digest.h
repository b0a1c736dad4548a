// SHA-256, and the certificate thumbprint that uses it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace msiv2::x509 {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// Sha256 returns the SHA-256 digest of `bytes`. It aborts the process if OpenSSL cannot compute the digest
/// (no memory, or no provider at all). A made-up digest would bind a token to nothing.
Sha256Digest Sha256(ByteView bytes);

/// Sha256Hex returns the digest as 64 lower-case hex digits.
std::string Sha256Hex(ByteView bytes);

/// X5tS256 returns base64url(SHA-256(`der`)) without padding: the `x5t#S256` of a certificate (RFC 8705
/// section 3.1).
std::string X5tS256(ByteView der);

}  // namespace msiv2::x509
