// UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace msiv2 {

/// Utf8Character is the character at the start of a text.
struct Utf8Character {
  std::size_t length = 0;  ///< in bytes; of an ill-formed character, what one replacement character replaces
  bool is_valid = false;   ///< well-formed (RFC 3629): not too long, no surrogate, at most U+10FFFF
};

/// ReadUtf8 returns the character at the start of `text`, which is not empty.
Utf8Character ReadUtf8(std::string_view text) noexcept;

}  // namespace msiv2
