#include "x509/der.h"

#include <algorithm>

namespace msiv2::x509 {
namespace {

constexpr std::uint8_t kZero[] = {0x00};

void AppendLength(Bytes& out, std::size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  Bytes digits;  // base 256, lowest first
  for (std::size_t rest = length; rest != 0; rest >>= 8) digits.push_back(static_cast<std::uint8_t>(rest));
  out.push_back(static_cast<std::uint8_t>(0x80 | digits.size()));
  out.insert(out.end(), digits.rbegin(), digits.rend());
}

}  // namespace

Bytes Der(DerTag tag, std::initializer_list<ByteView> contents) {
  std::size_t length = 0;
  for (const ByteView part : contents) length += part.size();

  Bytes element = {static_cast<std::uint8_t>(tag)};
  AppendLength(element, length);
  for (const ByteView part : contents) element.insert(element.end(), part.begin(), part.end());
  return element;
}

Bytes DerUnsigned(ByteView big_endian) {
  const auto first = std::find_if(big_endian.begin(), big_endian.end(), [](auto byte) { return byte != 0; });
  const ByteView number(first, big_endian.end());
  if (number.empty() || number.front() >= 0x80) return Der(DerTag::kInteger, {kZero, number});
  return Der(DerTag::kInteger, {number});
}

Bytes DerWholeBytes(ByteView bytes) { return Der(DerTag::kBitString, {kZero, bytes}); }

}  // namespace msiv2::x509
