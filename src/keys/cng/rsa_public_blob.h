// BCRYPT_RSAPUBLIC_BLOB: how NCrypt gives out the public half of an RSA key.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "msiv2/key.h"

namespace msiv2::cng {

/// kMaxRsaPublicBlob is room for the blob of a key of 16384 bits, more than any keystore makes.
inline constexpr std::size_t kMaxRsaPublicBlob = 24 + 2 * 2048;

/// ParseRsaPublicBlob reads a blob: the header BCRYPT_RSAKEY_BLOB of bcrypt.h (six little-endian words, the
/// first "RSA1"), then exponent and modulus, big-endian.
///
/// Returns nothing for a blob that is cut, has bytes left over, another magic number, an even or empty
/// number, or a modulus of another length than its header says. Leading zero bytes of both numbers are
/// dropped.
std::optional<RsaPublicKey> ParseRsaPublicBlob(ByteView blob);

}  // namespace msiv2::cng
