// Builds texts that name options. A template is a literal of this library, for example
//
//   OptionText text = FromTemplate("{allow_unattested} does nothing without {mtls_proof_of_possession}");
//   text += "; " + words_of_a_service;  // never read as a template
//
// Braces hold the name of an option in C++. Brackets hold a part that helps only a caller who has the option
// that the part names: "wait for one to end[, or raise {max_pending_calls}]".
#pragma once

#include <string>
#include <string_view>

#include "msiv2/error.h"
#include "msiv2/option.h"

namespace msiv2 {

/// IsOptionTemplate returns true if each pair of braces in `text` holds the name of an option. Each pair of
/// brackets must hold exactly one such pair and no other bracket.
constexpr bool IsOptionTemplate(std::string_view text);

/// OptionTemplate is a literal that is checked when it is compiled.
class OptionTemplate {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): a literal is meant
  consteval OptionTemplate(const char* text) : text_(text) {
    if (!IsOptionTemplate(text_)) throw "not a template, or an option that option_table.inc does not have";
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// ReadOptionTemplate returns the text of a template, for which IsOptionTemplate must return true.
OptionText ReadOptionTemplate(std::string_view text);

/// FromTemplate returns the text of `literal`.
inline OptionText FromTemplate(OptionTemplate literal) { return ReadOptionTemplate(literal.text()); }

/// These add words that are not read as a template.
OptionText& operator+=(OptionText& text, std::string_view words);
OptionText operator+(OptionText text, std::string_view words);
OptionText operator+(std::string_view words, OptionText text);

/// OptionText operator+ joins two texts, each with its options.
OptionText operator+(OptionText first, const OptionText& second);

/// CureText returns the cure of `code`.
const OptionText& CureText(ErrorCode code);

/// Prepend puts `words` in front of the message of `error`.
void Prepend(Error& error, std::string_view words);

namespace option_template {

constexpr bool IsName(std::string_view text) {
#define MSIV2_OPTION_ROW(enumerator, name) \
  if (text == (name)) return true;
#include "msiv2/option_table.inc"
#undef MSIV2_OPTION_ROW
  return false;
}

}  // namespace option_template

constexpr bool IsOptionTemplate(std::string_view text) {
  bool in_part = false;
  int names = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '}' || (c == '[' && in_part)) return false;
    if (c == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos || !option_template::IsName(text.substr(i + 1, end - i - 1)))
        return false;
      ++names;
      i = end;
    } else if (c == '[') {
      in_part = true;
      names = 0;
    } else if (c == ']') {
      if (!in_part || names != 1) return false;
      in_part = false;
    }
  }
  return !in_part;
}

}  // namespace msiv2
