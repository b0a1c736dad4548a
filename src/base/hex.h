// Hex digits.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace msiv2 {

/// HexEncode returns two lower-case hex digits for each byte.
std::string HexEncode(ByteView bytes);

/// IsSha256Hex returns true if `text` is 64 hex digits, in either case.
bool IsSha256Hex(std::string_view text);

}  // namespace msiv2
