// Is it DER (ITU-T X.690 section 10 and 11), down to the last element? OpenSSL reads BER as well, and keeps
// the bytes of names, extensions and keys as they came.
#pragma once

#include "base/bytes.h"

namespace msiv2::x509 {

/// IsDer returns true if `bytes` is one element in DER and nothing more: lengths definite and the shortest,
/// tags the shortest, strings in one piece, sets in order, and BOOLEAN, INTEGER, NULL, OBJECT IDENTIFIER and
/// the unused bits of a BIT STRING in their only form. Elements inside constructed ones are looked at as
/// well, 32 deep at most; what an OCTET STRING or a BIT STRING holds is the caller's to know.
///
/// Not looked at, because it takes the type: members that stand at their default, trailing zeros of a named
/// bit list, the form of times and the characters of strings.
bool IsDer(ByteView bytes);

}  // namespace msiv2::x509
