// The words of JSON (RFC 8259): strings, numbers and what stands between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/wiped_text.h"

namespace msiv2 {

/// JsonLexer reads a text from its front to its end. What it returns are parts of the text. A function that
/// returns nullopt or false has not found what it reads; the document is then no JSON.
class JsonLexer {
 public:
  /// JsonLexer decodes the strings of `text` in place: none is longer than its JSON. It keeps a reference.
  explicit JsonLexer(WipedText& text) : text_(text) {}

  bool AtEnd() const noexcept { return at_ == text_.size(); }
  /// Next returns the next character without reading it, or a NUL at the end.
  char Next() const noexcept { return AtEnd() ? '\0' : text_[at_]; }
  /// Take reads `c` if it comes next.
  bool Take(char c) noexcept;
  /// TakeWord reads `word` if it comes next.
  std::optional<std::string_view> TakeWord(std::string_view word);
  void SkipBlanks() noexcept;

  /// String reads a string, with its quotes.
  std::optional<std::string_view> String();
  /// Number reads a number. It must be one that a double can hold. Of others, some readers make infinity or
  /// zero.
  std::optional<std::string_view> Number();

  /// HasNul returns true if a string so far had an escaped NUL in it.
  bool HasNul() const noexcept { return has_nul_; }

 private:
  std::string_view Rest() const { return std::string_view(text_).substr(at_); }
  std::optional<std::string_view> Decode();
  bool Character(std::size_t& end);
  bool Escape(std::size_t& end);
  bool CodePoint(std::size_t& end);
  bool Hex(std::uint32_t& code);
  void Encode(std::uint32_t code, std::size_t& end);
  bool Digits() noexcept;

  WipedText& text_;
  std::size_t at_ = 0;
  bool has_nul_ = false;
};

}  // namespace msiv2
