// Checks that bytes are DER (ITU-T X.690 section 10 and 11), down to the last element. OpenSSL also reads
// BER, and keeps the original bytes of names, extensions and keys.
#pragma once

#include "base/bytes.h"

namespace msiv2::x509 {

/// IsDer returns true if `bytes` is one element in DER and nothing more. Lengths must be definite and the
/// shortest, tags the shortest, strings in one piece, and sets in order. BOOLEAN, INTEGER, NULL, OBJECT
/// IDENTIFIER and the unused bits of a BIT STRING must have their only form. Elements inside constructed ones
/// are checked as well. They may be nested at most 32 deep. The contents of an OCTET STRING or a BIT STRING
/// are not checked, because only the caller knows their type.
///
/// Other rules are not checked, because they depend on the type. They are about members that have their
/// default value, trailing zeros of a named bit list, the form of times and the characters of strings.
bool IsDer(ByteView bytes);

}  // namespace msiv2::x509
