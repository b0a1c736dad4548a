// Checking a signature with OpenSSL's public-key verification.
#pragma once

#include <span>

#include "msiv2/key.h"

namespace msiv2 {

/// Verifies tells whether `signature` is one of `digest` under `key`; for kPss with MGF1 of the same digest
/// and a salt of exactly the digest's length.
bool Verifies(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
              std::span<const std::uint8_t> digest, std::span<const std::uint8_t> signature);

}  // namespace msiv2
