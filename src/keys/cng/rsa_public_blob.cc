#include "keys/cng/rsa_public_blob.h"

#include <algorithm>
#include <bit>

namespace msiv2::cng {
namespace {

constexpr std::size_t kHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x31415352;  // BCRYPT_RSAPUBLIC_MAGIC: "RSA1"

std::uint32_t WordAt(ByteView blob, std::size_t word) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(blob[4 * word + i]) << (8 * i);
  return value;
}

Bytes WithoutLeadingZeros(ByteView number) {
  const auto first = std::find_if(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; });
  return {first, number.end()};
}

std::size_t BitLength(const Bytes& number) {
  return 8 * (number.size() - 1) + static_cast<std::size_t>(std::bit_width(number.front()));
}

bool IsOdd(const Bytes& number) { return !number.empty() && (number.back() & 1) != 0; }

}  // namespace

std::optional<RsaPublicKey> ParseRsaPublicBlob(ByteView blob) {
  if (blob.size() < kHeaderSize || blob.size() > kMaxRsaPublicBlob || WordAt(blob, 0) != kMagic) {
    return std::nullopt;
  }
  const std::size_t bits = WordAt(blob, 1);
  const std::size_t exponent_size = WordAt(blob, 2);
  const std::size_t modulus_size = WordAt(blob, 3);
  const ByteView numbers = blob.subspan(kHeaderSize);
  // Compared one by one: a sum of two foreign lengths could wrap.
  if (exponent_size > numbers.size() || numbers.size() - exponent_size != modulus_size) return std::nullopt;
  RsaPublicKey key;
  key.exponent = WithoutLeadingZeros(numbers.first(exponent_size));
  key.modulus = WithoutLeadingZeros(numbers.subspan(exponent_size));
  if (!IsOdd(key.exponent) || !IsOdd(key.modulus) || BitLength(key.modulus) != bits) return std::nullopt;
  return key;
}

}  // namespace msiv2::cng
