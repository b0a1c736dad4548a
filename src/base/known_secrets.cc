#include "base/known_secrets.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <unordered_set>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/url.h"

namespace msiv2 {
namespace {

constexpr std::size_t kShortestSpelling = 4;
constexpr std::size_t kShortestBase64 = 5;
constexpr std::size_t kPiece = 12;

// Text and secrets are compared without white space and case. The characters that are specific to base64url
// are replaced by those of base64.
constexpr char FoldCharacter(char c) {
  if (c == '-') return '+';
  return c == '_' ? '/' : ToLower(c);
}

MappedText Fold(const MappedText& reading) {
  MappedText folded = Squeeze(reading);
  for (char& c : folded.text) c = FoldCharacter(c);
  return folded;
}

WipedText Fold(std::string_view text) {
  WipedText folded(text.size(), '\0');
  std::size_t length = 0;
  for (const char c : text) {
    folded[length] = FoldCharacter(c);
    if (!IsSqueezed(c)) ++length;
  }
  folded.resize(length);
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

// Calls `visit` with each folded spelling of a secret.
template <typename Visit>
void ForEachSpelling(std::string_view secret, const Visit& visit) {
  const auto spell = [&](std::string text, std::size_t shortest) {
    WipedText folded = Fold(text);
    SecureWipe(text);
    if (folded.size() >= shortest) visit(std::move(folded));
  };
  spell(std::string(secret), kShortestSpelling);
  spell(PercentEncode(secret), kShortestSpelling);
  if (Trim(secret).find(' ') != std::string_view::npos) spell(FormEncode(secret), kShortestSpelling);
  spell(HexEncode(AsBytes(secret)), kShortestSpelling);
  for (const std::size_t offset : {0U, 1U, 2U}) spell(Base64Core(secret, offset), kShortestBase64);
}

// Returns true if a spelling is hidden only as a whole.
bool IsWhole(std::string_view spelling, bool in_pieces) { return !in_pieces || spelling.size() <= kPiece; }

// The folded spellings of the secrets.
class Spellings {
 public:
  void Add(std::string_view secret, bool in_pieces) {
    ForEachSpelling(secret, [&](WipedText spelling) {
      (IsWhole(spelling, in_pieces) ? wholes_ : split_).push_back(std::move(spelling));
    });
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

// A short text in which spellings are looked for. The pieces of a long secret are many. Of most of them the
// text does not even have the characters.
class ShortText {
 public:
  explicit ShortText(std::string_view text) : folded_(Fold(text)) {
    for (const char c : folded_) characters_.set(static_cast<unsigned char>(c));
  }

  bool Has(std::string_view part) const { return folded_.find(part) != WipedText::npos; }

  bool HasPieceOf(std::string_view spelling) const {
    std::size_t run = 0;  // how many characters of the spelling in a row are in the text
    for (std::size_t at = 0; at < spelling.size(); ++at) {
      run = characters_.test(static_cast<unsigned char>(spelling[at])) ? run + 1 : 0;
      if (run >= kPiece && Has(spelling.substr(at + 1 - kPiece, kPiece))) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kCharacters = 256;

  WipedText folded_;
  std::bitset<kCharacters> characters_;
};

bool IsOfWord(char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z'); }

// Calls `visit` with where `word` begins and ends in `text` as a word of its own.
template <typename Visit>
void FindWord(std::string_view in, std::string_view word, const Visit& visit) {
  const std::string text = ToLower(in);
  const std::string name = ToLower(word);
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool apart = (at == 0 || !IsOfWord(text[at - 1])) && (end == text.size() || !IsOfWord(text[end]));
    if (apart) visit(at, end);
  }
}

}  // namespace

void KnownSecrets::Add(std::string_view secret) { Add(secret, /*in_pieces=*/true); }

void KnownSecrets::AddWhole(std::string_view secret) { Add(secret, /*in_pieces=*/false); }

// A host's variable and a request may name the same secret.
void KnownSecrets::Add(std::string_view secret, bool in_pieces) {
  if (secret.size() < kShortestSpelling) return;
  Secret added{SecretString(std::string(secret)), in_pieces};
  const bool is_known = std::any_of(secrets_.begin(), secrets_.end(), [&](const Secret& known) {
    return known.in_pieces >= added.in_pieces && known.text == added.text;
  });
  if (!is_known) secrets_.push_back(std::move(added));
}

void KnownSecrets::AddWord(std::string_view name) {
  if (name.size() >= kShortestSpelling) words_.emplace_back(std::string(name));
}

void KnownSecrets::MarkIn(const std::vector<MappedText>& readings, HiddenMarks& hidden) const {
  if (empty()) return;
  Spellings spellings;
  for (const Secret& secret : secrets_) spellings.Add(secret.text.Reveal(), secret.in_pieces);
  spellings.Finish();
  for (const MappedText& reading : readings) {
    spellings.MarkIn(Fold(reading), hidden);
    for (const SecretString& word : words_) {
      FindWord(reading.text, word.Reveal(), [&](auto begin, auto end) { Hide(reading, begin, end, hidden); });
    }
  }
}

bool KnownSecrets::AreIn(std::string_view text) const {
  bool found = false;
  const ShortText in(text);
  for (const Secret& secret : secrets_) {
    ForEachSpelling(secret.text.Reveal(), [&](const WipedText& spelling) {
      found = found || (IsWhole(spelling, secret.in_pieces) ? in.Has(spelling) : in.HasPieceOf(spelling));
    });
  }
  for (const SecretString& word : words_) {
    FindWord(text, word.Reveal(), [&](auto, auto) { found = true; });
  }
  return found;
}

}  // namespace msiv2
