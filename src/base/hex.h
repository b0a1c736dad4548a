// Lower-case hex digits.
#pragma once

#include <string>

#include "base/bytes.h"

namespace msiv2 {

/// HexEncode returns two lower-case hex digits for each byte.
std::string HexEncode(ByteView bytes);

}  // namespace msiv2
