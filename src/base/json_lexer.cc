#include "base/json_lexer.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/ascii.h"
#include "base/utf8.h"

namespace msiv2 {
namespace {

bool IsJsonBlank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsHighSurrogate(std::uint32_t code) noexcept { return code >= 0xD800 && code < 0xDC00; }
bool IsLowSurrogate(std::uint32_t code) noexcept { return code >= 0xDC00 && code < 0xE000; }

bool IsOutOfRange(std::string_view number) {
  double value = 0;
  const auto end = std::from_chars(number.data(), number.data() + number.size(), value);
  return end.ec == std::errc::result_out_of_range;
}

}  // namespace

bool JsonLexer::Take(char c) noexcept {
  const bool is_next = !AtEnd() && text_[at_] == c;
  if (is_next) ++at_;
  return is_next;
}

std::optional<std::string_view> JsonLexer::TakeWord(std::string_view word) {
  const std::string_view next = Rest().substr(0, word.size());
  if (next != word) return std::nullopt;
  at_ += word.size();
  return next;
}

void JsonLexer::SkipBlanks() noexcept {
  while (!AtEnd() && IsJsonBlank(text_[at_])) ++at_;
}

std::optional<std::string_view> JsonLexer::String() {
  if (!Take('"')) return std::nullopt;
  // Nearly all of an answer is one long token without escapes.
  const std::string_view plain = Rest().substr(0, Rest().find('"'));
  if (!IsPrintable(plain) || plain.find('\\') != std::string_view::npos) return Decode();
  at_ += plain.size();
  return Take('"') ? std::optional(plain) : std::nullopt;
}

// Reads a string with escapes or with characters beyond ASCII, behind its first quote.
std::optional<std::string_view> JsonLexer::Decode() {
  const std::size_t begin = at_;
  std::size_t end = at_;  // of what is decoded
  while (!Take('"')) {
    const bool decoded = !AtEnd() && (Take('\\') ? Escape(end) : Character(end));
    if (!decoded) return std::nullopt;
  }
  return std::string_view(text_).substr(begin, end - begin);
}

bool JsonLexer::Character(std::size_t& end) {
  const auto [length, is_valid] = ReadUtf8(Rest());
  if (!is_valid || static_cast<unsigned char>(Next()) < ' ') return false;
  for (std::size_t i = 0; i < length; ++i) text_[end++] = text_[at_++];
  return true;
}

// Reads what follows a backslash.
bool JsonLexer::Escape(std::size_t& end) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (Take('u')) return CodePoint(end);
  const auto name = AtEnd() ? std::string_view::npos : kNames.find(Next());
  if (name == std::string_view::npos) return false;
  ++at_;
  text_[end++] = kMeanings[name];
  return true;
}

// Reads what follows `\u`. A character beyond U+FFFF takes two escapes.
bool JsonLexer::CodePoint(std::size_t& end) {
  std::uint32_t code = 0;
  if (!Hex(code) || IsLowSurrogate(code)) return false;
  if (IsHighSurrogate(code)) {
    std::uint32_t low = 0;
    if (!TakeWord("\\u") || !Hex(low) || !IsLowSurrogate(low)) return false;
    code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  }
  has_nul_ = has_nul_ || code == 0;
  Encode(code, end);
  return true;
}

// Reads four hexadecimal digits.
bool JsonLexer::Hex(std::uint32_t& code) {
  const std::string_view digits = Rest().substr(0, 4);
  if (digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), IsHexDigit)) return false;
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  at_ += digits.size();
  return true;
}

// Writes a character as UTF-8.
void JsonLexer::Encode(std::uint32_t code, std::size_t& end) {
  const auto write = [&](std::uint32_t byte) { text_[end++] = static_cast<char>(byte); };
  const auto write_last = [&](unsigned shift) { write(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) return write(code);
  if (code < 0x800) {
    write(0xC0U | (code >> 6U));
  } else if (code < 0x10000) {
    write(0xE0U | (code >> 12U));
    write_last(6);
  } else {
    write(0xF0U | (code >> 18U));
    write_last(12);
    write_last(6);
  }
  write_last(0);
}

std::optional<std::string_view> JsonLexer::Number() {
  constexpr std::size_t kSurelyInRange = 300;
  const std::string_view rest = Rest();
  Take('-');
  if (!Take('0') && !Digits()) return std::nullopt;
  const bool has_fraction = Take('.');
  if (has_fraction && !Digits()) return std::nullopt;
  const bool has_exponent = Take('e') || Take('E');
  if (has_exponent && !Take('+')) Take('-');
  if (has_exponent && !Digits()) return std::nullopt;
  const std::string_view number = rest.substr(0, rest.size() - Rest().size());
  const bool may_be_out = has_exponent || number.size() > kSurelyInRange;
  return may_be_out && IsOutOfRange(number) ? std::nullopt : std::optional(number);
}

// Reads digits; there must be one.
bool JsonLexer::Digits() noexcept {
  const std::size_t begin = at_;
  while (!AtEnd() && IsDigit(text_[at_])) ++at_;
  return at_ > begin;
}

}  // namespace msiv2
