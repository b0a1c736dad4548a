#include "http/auth_challenge.h"

#include "base/ascii.h"

namespace msiv2 {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // tchar of RFC 9110 section 5.6.2
constexpr std::string_view kToken68Marks = "-._~+/";

bool IsAlphanumeric(char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z'); }

bool IsTokenCharacter(char c) { return IsAlphanumeric(c) || kTokenMarks.find(c) != std::string_view::npos; }

bool IsToken68Character(char c) {
  return IsAlphanumeric(c) || kToken68Marks.find(c) != std::string_view::npos;
}

// HTAB, SP, VCHAR and obs-text: the characters that may be between quotes, escaped or not.
bool IsTextCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

/// Cursor reads the value from left to right. If Take or TakeWhile finds nothing, the cursor does not move.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  bool AtEndOfElement() const { return AtEnd() || text_[at_] == ','; }
  std::size_t place() const { return at_; }
  void GoBack(std::size_t place) { at_ = place; }

  bool Take(char wanted) {
    if (AtEnd() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (Take(' ') || Take('\t')) continue;
  }
  template <typename Predicate>
  std::string_view TakeWhile(Predicate predicate) {
    const std::size_t start = at_;
    while (!AtEnd() && predicate(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  std::optional<std::string> TakeQuoted();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// TakeQuoted reads a quoted-string after its first quote, and returns it without quotes and escapes.
std::optional<std::string> Cursor::TakeQuoted() {
  std::string text;
  while (!AtEnd()) {
    char c = text_[at_++];
    if (c == '"') return text;
    if (c == '\\') {
      if (AtEnd()) return std::nullopt;
      c = text_[at_++];
    }
    if (!IsTextCharacter(c)) return std::nullopt;
    text += c;
  }
  return std::nullopt;
}

enum class Found { kParameter, kOther, kBroken };

/// TakeParameter reads `name = value`. Text that is not a parameter (kOther) is left unread.
Found TakeParameter(Cursor& cursor, AuthChallenge& challenge) {
  const std::size_t start = cursor.place();
  const std::string_view name = cursor.TakeWhile(IsTokenCharacter);
  cursor.SkipBlanks();
  if (name.empty() || !cursor.Take('=')) {
    cursor.GoBack(start);
    return Found::kOther;
  }
  cursor.SkipBlanks();
  if (cursor.Take('"')) {
    auto value = cursor.TakeQuoted();
    if (!value) return Found::kBroken;
    challenge.parameters.emplace_back(ToLower(name), *std::move(value));
    return Found::kParameter;
  }
  const std::string_view value = cursor.TakeWhile(IsTokenCharacter);
  if (value.empty()) return Found::kBroken;
  challenge.parameters.emplace_back(ToLower(name), value);
  return Found::kParameter;
}

/// TakeToken68 reads a token68 that fills the rest of the element, as in `Negotiate YII=`.
bool TakeToken68(Cursor& cursor, AuthChallenge& challenge) {
  const std::size_t start = cursor.place();
  std::string text(cursor.TakeWhile(IsToken68Character));
  const bool has_any = !text.empty();
  text += cursor.TakeWhile([](char c) { return c == '='; });
  cursor.SkipBlanks();
  if (!has_any || !cursor.AtEndOfElement()) {
    cursor.GoBack(start);
    return false;
  }
  challenge.token68 = std::move(text);
  return true;
}

/// TakeScheme reads a scheme and the token68 or parameter that follows it in the same element of the list.
bool TakeScheme(Cursor& cursor, std::vector<AuthChallenge>& challenges) {
  AuthChallenge challenge;
  challenge.scheme = cursor.TakeWhile(IsTokenCharacter);
  if (challenge.scheme.empty()) return false;
  const std::size_t behind_scheme = cursor.place();
  cursor.SkipBlanks();
  const bool is_alone = cursor.AtEndOfElement();
  const bool is_apart = cursor.place() > behind_scheme;
  if (!is_alone) {
    if (!is_apart) return false;
    if (!TakeToken68(cursor, challenge) && TakeParameter(cursor, challenge) != Found::kParameter)
      return false;
  }
  challenges.push_back(std::move(challenge));
  return true;
}

/// TakeElement reads one element of the list: a further parameter of the last challenge, or a new challenge.
bool TakeElement(Cursor& cursor, std::vector<AuthChallenge>& challenges) {
  if (!challenges.empty() && challenges.back().token68.empty()) {
    const Found found = TakeParameter(cursor, challenges.back());
    if (found != Found::kOther) return found == Found::kParameter;
  }
  return TakeScheme(cursor, challenges);
}

}  // namespace

std::optional<std::string_view> AuthChallenge::Parameter(std::string_view name) const {
  std::optional<std::string_view> value;
  for (const auto& [key, text] : parameters) {
    if (key != name) continue;
    if (value) return std::nullopt;
    value = text;
  }
  return value;
}

std::optional<std::vector<AuthChallenge>> ParseAuthChallenges(std::string_view value) {
  std::vector<AuthChallenge> challenges;
  Cursor cursor(value);
  while (true) {
    cursor.SkipBlanks();
    if (cursor.AtEnd()) return challenges;
    if (cursor.Take(',')) continue;  // RFC 9110 section 5.6.1.2: empty elements are ignored
    if (!TakeElement(cursor, challenges)) return std::nullopt;
    cursor.SkipBlanks();
    if (!cursor.AtEndOfElement()) return std::nullopt;
  }
}

}  // namespace msiv2
