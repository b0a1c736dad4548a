// Writes DER (ITU-T X.690): only the elements of a public key and a certification request.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"

namespace msiv2::x509 {

/// DerTag holds the identifier octets used here.
enum class DerTag : std::uint8_t {
  kInteger = 0x02,
  kBitString = 0x03,
  kUtf8String = 0x0c,
  kPrintableString = 0x13,
  kIa5String = 0x16,
  kSequence = 0x30,
  kSet = 0x31,
  kContext0 = 0xa0,  ///< [0], constructed
};

/// Der returns one element: the tag, the shortest definite length, and `contents` joined in their order.
Bytes Der(DerTag tag, std::initializer_list<ByteView> contents);

/// DerUnsigned returns an INTEGER of a big-endian number that is not negative. Leading zero bytes are
/// dropped. One zero byte is added if the first bit would otherwise be the sign. An empty number is 0.
Bytes DerUnsigned(ByteView big_endian);

/// DerWholeBytes returns a BIT STRING that holds `bytes` and no unused bits.
Bytes DerWholeBytes(ByteView bytes);

}  // namespace msiv2::x509
