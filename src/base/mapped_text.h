// Text derived from another text, with the origin of each character.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/wiped_text.h"

namespace msiv2 {

/// TextRange is a part of a text: the index of its first character, and the index after its last character.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// MappedText is a reading of an original text, for example with escapes undone. `from[i]` is the part of the
/// original that `text[i]` stands for. `text` may be a secret.
struct MappedText {
  WipedText text;
  std::vector<TextRange> from;

  void Append(char c, TextRange range) {
    text += c;
    from.push_back(range);
  }
};

/// HiddenMarks has one entry for each character of the original: true if that character must not be shown.
using HiddenMarks = std::vector<bool>;

/// MapWhole returns `text` as it is, with each character mapped to itself.
MappedText MapWhole(std::string_view text);

/// Unescape undoes one layer of percent-encoding, of backslash escapes (JSON) and of character references
/// (XML, HTML). It returns nullopt if there are none. A character outside ASCII becomes '\x80'.
std::optional<MappedText> Unescape(const MappedText& escaped);

/// IsSqueezed returns true for what Squeeze removes: spaces, line breaks, control characters and characters
/// outside ASCII.
constexpr bool IsSqueezed(char c) noexcept { return c <= ' ' || c > '~'; }

/// Squeeze removes all characters for which IsSqueezed returns true.
MappedText Squeeze(const MappedText& spaced);

/// Hide marks the originals of the characters from `begin` to before `end` of `reading`.
void Hide(const MappedText& reading, std::size_t begin, std::size_t end, HiddenMarks& hidden);

/// IsBlank returns true for a space, a tab and a character that breaks a line.
bool IsBlank(char c) noexcept;

/// Unescaped is a character, and the length of the escape that stood for it.
struct Unescaped {
  char character = 0;
  std::size_t length = 0;
};

/// ReadReference reads a character reference (`&lt;`, `&#60;`, `&#x3c;`) at the start of `text`. It returns
/// nullopt if there is none.
std::optional<Unescaped> ReadReference(std::string_view text) noexcept;

}  // namespace msiv2
