#include "base/known_secrets.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/url.h"

namespace msiv2 {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortestBase64 = 5;
constexpr std::size_t kPiece = 12;

// The form in which text and secrets are compared: without white space and case. The characters that are
// specific to base64url are replaced by those of base64.
MappedText Fold(const MappedText& reading) {
  MappedText folded = Squeeze(reading);
  for (char& c : folded.text) {
    c = ToLower(c);
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  return folded;
}

// An HTML form encodes a space as a plus. Percent-encoding inside a form is handled elsewhere.
std::string FormEncode(std::string_view secret) {
  std::string text(secret);
  std::replace(text.begin(), text.end(), ' ', '+');
  return text;
}

// Returns the base64 form of `secret` after `offset` other bytes. The result omits the characters that also
// depend on the bytes before or after the secret.
std::string Base64Core(std::string_view secret, std::size_t offset) {
  constexpr std::array<std::size_t, 3> kForeign = {0, 2, 3};
  std::string padded(offset, '\0');
  padded += secret;
  std::string text = Base64Encode(AsBytes(padded));
  SecureWipe(padded);
  while (text.ends_with('=')) text.pop_back();
  if ((offset + secret.size()) % 3 != 0) text.pop_back();
  text.erase(0, std::min(text.size(), kForeign[offset]));
  return text;
}

// The folded spellings of the secrets.
class Spellings {
 public:
  void Add(std::string_view secret, bool in_pieces) {
    AddSpelling(std::string(secret), kShortest, in_pieces);
    AddSpelling(PercentEncode(secret), kShortest, in_pieces);
    if (Trim(secret).find(' ') != std::string_view::npos) {
      AddSpelling(FormEncode(secret), kShortest, in_pieces);
    }
    AddSpelling(HexEncode(AsBytes(secret)), kShortest, in_pieces);
    for (const std::size_t offset : {0U, 1U, 2U}) {
      AddSpelling(Base64Core(secret, offset), kShortestBase64, in_pieces);
    }
  }

  // Finish must be called after the last Add and before the first MarkIn.
  void Finish() { pieces_ = Pieces(); }

  void MarkIn(const MappedText& folded, HiddenMarks& hidden) const {
    const std::string_view text = folded.text;
    for (const WipedText& whole : wholes_) {
      std::size_t until = 0;
      for (auto at = text.find(whole); at != std::string_view::npos; at = text.find(whole, at + 1)) {
        Hide(folded, std::max(at, until), at + whole.size(), hidden);
        until = at + whole.size();
      }
    }
    for (std::size_t at = 0; !pieces_.empty() && at + kPiece <= text.size(); ++at) {
      if (pieces_.contains(text.substr(at, kPiece))) Hide(folded, at, at + kPiece, hidden);
    }
  }

 private:
  void AddSpelling(std::string text, std::size_t shortest, bool in_pieces) {
    MappedText folded = Fold(MapWhole(text));
    SecureWipe(text);
    if (folded.text.size() < shortest) return;
    const bool whole = !in_pieces || folded.text.size() <= kPiece;
    (whole ? wholes_ : split_).push_back(std::move(folded.text));
  }

  std::unordered_set<std::string_view> Pieces() const {
    std::unordered_set<std::string_view> pieces;
    for (const std::string_view text : split_) {
      for (std::size_t at = 0; at + kPiece <= text.size(); ++at) pieces.insert(text.substr(at, kPiece));
    }
    return pieces;
  }

  std::vector<WipedText> wholes_;
  std::vector<WipedText> split_;  // each piece is hidden
  std::unordered_set<std::string_view> pieces_;
};

bool IsOfWord(char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z'); }

void MarkWord(const MappedText& reading, std::string_view word, HiddenMarks& hidden) {
  const std::string text = ToLower(reading.text);
  const std::string name = ToLower(word);
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool apart = (at == 0 || !IsOfWord(text[at - 1])) && (end == text.size() || !IsOfWord(text[end]));
    if (apart) Hide(reading, at, end, hidden);
  }
}

}  // namespace

void KnownSecrets::Add(std::string_view secret) {
  if (secret.size() >= kShortest) secrets_.push_back({SecretString(std::string(secret)), true});
}

void KnownSecrets::AddWhole(std::string_view secret) {
  if (secret.size() >= kShortest) secrets_.push_back({SecretString(std::string(secret)), false});
}

void KnownSecrets::AddWord(std::string_view name) {
  if (name.size() >= kShortest) words_.emplace_back(std::string(name));
}

void KnownSecrets::MarkIn(const std::vector<MappedText>& readings, HiddenMarks& hidden) const {
  if (empty()) return;
  Spellings spellings;
  for (const Secret& secret : secrets_) spellings.Add(secret.text.Reveal(), secret.in_pieces);
  spellings.Finish();
  for (const MappedText& reading : readings) {
    spellings.MarkIn(Fold(reading), hidden);
    for (const SecretString& word : words_) MarkWord(reading, word.Reveal(), hidden);
  }
}

}  // namespace msiv2
