#include "base/hex.h"

#include <algorithm>

#include "base/ascii.h"

namespace msiv2 {

std::string HexEncode(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0x0f];
  }
  return hex;
}

bool IsSha256Hex(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), IsHexDigit);
}

}  // namespace msiv2
