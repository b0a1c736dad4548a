#include "base/mapped_text.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.h"

namespace msiv2 {
namespace {

constexpr char kNotAscii = '\x80';

char ToCharacter(unsigned code) noexcept { return code < 0x80 ? static_cast<char>(code) : kNotAscii; }

// Returns the number that all of `digits` spell.
std::optional<unsigned> ReadNumber(std::string_view digits, int base) noexcept {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const bool all = error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  return all ? std::optional<unsigned>(number) : std::nullopt;
}

std::optional<Unescaped> ReadHex(std::string_view text, std::size_t at, std::size_t digits) noexcept {
  if (text.size() < at + digits) return std::nullopt;
  const auto number = ReadNumber(text.substr(at, digits), 16);
  if (!number) return std::nullopt;
  return Unescaped{ToCharacter(*number), at + digits};
}

std::optional<Unescaped> ReadBackslash(std::string_view text) noexcept {
  if (text.size() < 2) return std::nullopt;
  const char kind = text[1];
  if (kind == 'u') return ReadHex(text, 2, 4);
  if (kind == 'x') return ReadHex(text, 2, 2);
  if (kind == '"' || kind == '\'' || kind == '/' || kind == '\\') return Unescaped{kind, 2};
  if (kind == 'n' || kind == 'r' || kind == 't') return Unescaped{' ', 2};
  return std::nullopt;
}

std::optional<Unescaped> ReadEscape(std::string_view text) noexcept {
  switch (text.front()) {
    case '%':
      return ReadHex(text, 1, 2);
    case '\\':
      return ReadBackslash(text);
    case '&':
      return ReadReference(text);
    default:
      return std::nullopt;
  }
}

}  // namespace

MappedText MapWhole(std::string_view text) {
  MappedText mapped{WipedText(text), {}};
  mapped.from.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) mapped.from.push_back({i, i + 1});
  return mapped;
}

std::optional<Unescaped> ReadReference(std::string_view text) noexcept {
  constexpr std::array<std::pair<std::string_view, char>, 6> kNames = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", ' '}}};
  for (const auto& [name, character] : kNames) {
    if (text.starts_with(name)) return Unescaped{character, name.size()};
  }
  constexpr std::size_t kLongest = 12;
  const auto end = text.substr(0, kLongest).find(';');
  if (!text.starts_with("&#") || end == std::string_view::npos) return std::nullopt;
  const bool hex = end > 2 && ToLower(text[2]) == 'x';
  const auto number = hex ? ReadNumber(text.substr(3, end - 3), 16) : ReadNumber(text.substr(2, end - 2), 10);
  if (!number) return std::nullopt;
  return Unescaped{ToCharacter(*number), end + 1};
}

std::optional<MappedText> Unescape(const MappedText& escaped) {
  MappedText plain;
  bool found = false;
  const std::string_view text = escaped.text;
  for (std::size_t i = 0; i < text.size();) {
    const auto escape = ReadEscape(text.substr(i));
    const std::size_t length = escape ? escape->length : 1;
    plain.Append(escape ? escape->character : text[i],
                 {escaped.from[i].begin, escaped.from[i + length - 1].end});
    found = found || escape.has_value();
    i += length;
  }
  if (!found) return std::nullopt;
  return plain;
}

MappedText Squeeze(const MappedText& spaced) {
  MappedText squeezed;
  for (std::size_t i = 0; i < spaced.text.size(); ++i) {
    const char c = spaced.text[i];
    if (!IsSqueezed(c)) squeezed.Append(c, spaced.from[i]);
  }
  return squeezed;
}

void Hide(const MappedText& reading, std::size_t begin, std::size_t end, HiddenMarks& hidden) {
  if (begin >= end) return;
  for (std::size_t i = reading.from[begin].begin; i < reading.from[end - 1].end; ++i) hidden[i] = true;
}

bool IsBlank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace msiv2
