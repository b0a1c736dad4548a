// Text that was made from another text, and knows of each character where it came from.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/wiped_text.h"

namespace msiv2 {

/// TextRange is a part of a text: the index of its first character, and of the one after its last.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// MappedText is a reading of an original text. `from[i]` is the part of the original that stands for
/// `text[i]`. Its text may be a secret.
struct MappedText {
  WipedText text;
  std::vector<TextRange> from;

  void Append(char c, TextRange range) {
    text += c;
    from.push_back(range);
  }
};

/// HiddenMarks has one entry a character of the original: true where it must not be shown.
using HiddenMarks = std::vector<bool>;

/// MapWhole reads `text` as it is.
MappedText MapWhole(std::string_view text);

/// Unescape undoes one layer of percent-encoding, of backslashes (JSON) and of character references (XML,
/// HTML); nothing where there is none. A character outside ASCII becomes '\x80'.
std::optional<MappedText> Unescape(const MappedText& escaped);

/// Squeeze leaves out blanks, line breaks, control characters and what is not ASCII.
MappedText Squeeze(const MappedText& spaced);

/// Hide marks what the characters `begin` to before `end` of `reading` stand for.
void Hide(const MappedText& reading, std::size_t begin, std::size_t end, HiddenMarks& hidden);

/// IsBlank is true for a space, a tab and what breaks a line.
bool IsBlank(char c) noexcept;

/// Unescaped is a character, and the length of what stood for it.
struct Unescaped {
  char character = 0;
  std::size_t length = 0;
};

/// ReadReference reads a character reference (`&lt;`, `&#60;`, `&#x3c;`) at the start of `text`.
std::optional<Unescaped> ReadReference(std::string_view text) noexcept;

}  // namespace msiv2
