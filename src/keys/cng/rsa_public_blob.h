// BCRYPT_RSAPUBLIC_BLOB: the form in which NCrypt exports the public half of an RSA key.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "msiv2/key.h"

namespace msiv2::cng {

/// kMaxRsaPublicBlob has room for the blob of a key of 16384 bits, more than any keystore creates.
inline constexpr std::size_t kMaxRsaPublicBlob = 24 + 2 * 2048;

/// ParseRsaPublicBlob reads a blob: the header BCRYPT_RSAKEY_BLOB of bcrypt.h (six little-endian words, the
/// first "RSA1"), then exponent and modulus, big-endian.
///
/// Returns nullopt for a blob that is truncated, has trailing bytes or has another magic number. Returns
/// nullopt also for an even or empty number, or a modulus whose length differs from the header. Leading zero
/// bytes of both numbers are dropped.
std::optional<RsaPublicKey> ParseRsaPublicBlob(ByteView blob);

}  // namespace msiv2::cng
