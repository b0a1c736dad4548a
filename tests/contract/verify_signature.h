// Checks a signature with OpenSSL's public-key verification.
#pragma once

#include <span>

#include "msiv2/key.h"

namespace msiv2 {

/// Verifies returns true if `signature` is a signature of `digest` under `key`. For kPss that requires MGF1
/// of the same digest and a salt of exactly the digest's length.
bool Verifies(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
              std::span<const std::uint8_t> digest, std::span<const std::uint8_t> signature);

}  // namespace msiv2
