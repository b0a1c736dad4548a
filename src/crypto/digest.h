// Message digests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "msiv2/key.h"

struct evp_md_st;

namespace msiv2::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// TrySha256 returns the SHA-256 digest of `bytes`, or nullopt if OpenSSL cannot compute it: no memory, or no
/// provider at all.
std::optional<Sha256Digest> TrySha256(ByteView bytes);

/// Sha256 does what TrySha256 does, and aborts the process if that fails. A made-up digest would bind a token
/// to nothing.
Sha256Digest Sha256(ByteView bytes);

/// Sha256Hex returns the digest as 64 lower-case hex digits.
std::string Sha256Hex(ByteView bytes);

/// MessageDigest returns OpenSSL's object for `algorithm` (its type EVP_MD). It is never null.
const evp_md_st* MessageDigest(DigestAlgorithm algorithm) noexcept;

}  // namespace msiv2::crypto
