#include "base/secret_shapes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/guid.h"

namespace msiv2 {
namespace {

bool IsSmall(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool IsCapital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool IsLetterOrDigit(char c) noexcept { return IsSmall(c) || IsCapital(c) || IsDigit(c); }

// The characters of base64 and base64url, and the dots of a JWT.
bool IsOfSecret(char c) noexcept {
  return IsLetterOrDigit(c) || std::string_view("+/=-_.").find(c) != std::string_view::npos;
}

bool IsNotBlank(char c) noexcept { return !IsBlank(c); }

// Returns the longest parts of `text` whose characters all satisfy `belongs`.
template <typename Belongs>
std::vector<TextRange> RunsOf(std::string_view text, Belongs belongs) {
  std::vector<TextRange> runs;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!belongs(text[at])) continue;
    const std::size_t begin = at;
    while (at < text.size() && belongs(text[at])) ++at;
    runs.push_back({begin, at});
  }
  return runs;
}

// Returns true for a number, or a word in ordinary case: `word`, `Word`, `WORD`.
bool IsNatural(std::string_view word) {
  if (std::all_of(word.begin(), word.end(), IsDigit)) return true;
  if (word.size() < 2) return false;
  const std::string_view rest = word.substr(1);
  if (std::all_of(rest.begin(), rest.end(), IsSmall)) return IsSmall(word[0]) || IsCapital(word[0]);
  return IsCapital(word[0]) && std::all_of(rest.begin(), rest.end(), IsCapital);
}

// ---- userinfo -----------------------------------------------------------------------------------------

constexpr std::string_view kSchemeEnd = "://";

// Returns true if `text`, which follows a scheme, begins with a host and possibly a port. These extend to a
// delimiter, a quote or a white space character.
bool BeginsWithHost(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n/?#\"'"));
  const auto colon = word.find(':');
  if (colon == std::string_view::npos || word.starts_with('[')) return true;
  std::string_view port = word.substr(colon + 1);
  while (!port.empty() && !IsLetterOrDigit(port.back())) port.remove_suffix(1);  // what ends a sentence
  return port.size() <= 5 && std::all_of(port.begin(), port.end(), IsDigit);
}

// Marks a password that contains white space: everything from the scheme to the '@', if the text between them
// cannot begin with a host.
void MarkUserinfoWithBlank(const MappedText& reading, HiddenMarks& hidden) {
  constexpr std::size_t kLongest = 128;
  const std::string_view text = reading.text;
  for (auto at = text.find(kSchemeEnd); at != std::string_view::npos; at = text.find(kSchemeEnd, at + 1)) {
    const std::size_t begin = at + kSchemeEnd.size();
    const std::string_view part = text.substr(begin, kLongest);
    const auto end = part.find('@');
    if (end != std::string_view::npos && part.find(kSchemeEnd) > end && !BeginsWithHost(part)) {
      Hide(reading, begin, begin + end, hidden);
    }
  }
}

// A password may contain any character that some URL parser takes for the end of a host. So everything before
// the last '@' is hidden.
void MarkUserinfo(const MappedText& reading, HiddenMarks& hidden) {
  for (const TextRange run : RunsOf(reading.text, IsNotBlank)) {
    const std::string_view text = std::string_view(reading.text).substr(run.begin, run.end - run.begin);
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) continue;
    const auto scheme = text.find(kSchemeEnd);
    const bool has_scheme = scheme < at;
    if (!has_scheme && text.find(':') >= at) continue;  // a mail address
    const std::size_t begin = has_scheme ? scheme + kSchemeEnd.size() : 0;
    Hide(reading, run.begin + begin, run.begin + at, hidden);
  }
}

// ---- values that a word announces ---------------------------------------------------------------------

constexpr std::array<std::string_view, 3> kSchemes = {"bearer", "basic", "mtls_pop"};
// These are words; the others may also be the end of one, as in `PGPASSWORD`.
constexpr std::array<std::string_view, 6> kWholeNames = {"access_token",      "refresh_token",    "id_token",
                                                         "attestation_token", "client_assertion", "sig"};
constexpr std::array<std::string_view, 9> kNameEnds = {
    "password", "passwd", "pwd", "secret", "accountkey", "accesskey", "apikey", "api_key", "api-key"};
// The header, and the schemes that may follow it.
constexpr std::string_view kAuthorization = "authorization";
constexpr std::array<std::string_view, 12> kHeaderSchemes = {
    "bearer", "basic", "mtls_pop",  "digest",        "negotiate", "ntlm",
    "pop",    "dpop",  "sharedkey", "sharedkeylite", "apikey",    "token"};

bool EndsValue(char c) noexcept {
  return IsBlank(c) || std::string_view("\"'`,;&<>(){}[]").find(c) != std::string_view::npos;
}

std::size_t Skip(std::string_view text, std::size_t at, std::string_view characters) {
  return std::min(text.find_first_not_of(characters, at), text.size());
}

// Holds the end of a value for each position where one may begin. The ends are computed once, because a
// separate search from every position would take too long.
class ValueEnds {
 public:
  explicit ValueEnds(std::string_view text)
      : text_(text),
        bare_(Ends(EndsValue)),
        double_quoted_(QuotedEnds('"')),
        single_quoted_(QuotedEnds('\'')) {}

  std::size_t OfBare(std::size_t begin) const { return bare_[begin]; }
  // A quoted value ends at the same quote.
  std::size_t Of(std::size_t begin) const {
    const char before = begin > 0 ? text_[begin - 1] : ' ';
    if (before != '"' && before != '\'') return bare_[begin];
    const std::vector<std::size_t>& ends = before == '"' ? double_quoted_ : single_quoted_;
    // Two quotes: nothing, or the beginning of what is quoted twice.
    const bool twice = begin + 1 < text_.size() && text_[begin] == before && !EndsValue(text_[begin + 1]);
    return ends[twice ? begin + 1 : begin];
  }

 private:
  template <typename EndsIt>
  std::vector<std::size_t> Ends(EndsIt ends_it) const {
    std::vector<std::size_t> ends(text_.size() + 1, text_.size());
    for (std::size_t at = text_.size(); at-- > 0;) ends[at] = ends_it(text_[at]) ? at : ends[at + 1];
    return ends;
  }

  bool IsEscaped(std::size_t at) const {
    std::size_t backslashes = 0;
    while (backslashes < at && text_[at - backslashes - 1] == '\\') ++backslashes;
    return backslashes % 2 == 1;
  }

  // A quote behind a backslash, and one that is doubled, is a part of the value.
  std::vector<std::size_t> QuotedEnds(char quote) const {
    std::vector<std::size_t> ends(text_.size() + 2, text_.size());
    for (std::size_t at = text_.size(); at-- > 0;) {
      const bool doubled = at + 1 < text_.size() && text_[at + 1] == quote;
      if (text_[at] != quote || IsEscaped(at)) {
        ends[at] = ends[at + 1];
      } else {
        ends[at] = doubled ? ends[at + 2] : at;
      }
    }
    return ends;
  }

  std::string_view text_;
  std::vector<std::size_t> bare_;
  std::vector<std::size_t> double_quoted_;
  std::vector<std::size_t> single_quoted_;
};

// An English word after "bearer" is not a credential.
bool IsCredential(std::string_view value) {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kLong = 16;
  if (value.size() >= kLong) return true;
  if (value.size() < kShortest) return false;
  const auto words = RunsOf(value, IsLetterOrDigit);
  const bool natural = std::all_of(words.begin(), words.end(), [&](TextRange word) {
    return IsNatural(value.substr(word.begin, word.end - word.begin));
  });
  return !natural;
}

bool IsAt(std::string_view text, std::size_t at, std::string_view word) {
  return EqualsIgnoreCase(text.substr(at, word.size()), word);
}

// Returns where the value of `name` begins. It returns nullopt if `name` is not at `at`, or if neither '='
// nor ':' follows it.
std::optional<std::size_t> ValueOf(std::string_view name, std::string_view text, std::size_t at) {
  if (!IsAt(text, at, name)) return std::nullopt;
  const std::size_t sign = Skip(text, at + name.size(), "\"' \t");
  if (sign >= text.size() || (text[sign] != '=' && text[sign] != ':')) return std::nullopt;
  const std::size_t begin = Skip(text, sign + 1, " \t\r\n");
  const bool quoted = begin < text.size() && (text[begin] == '"' || text[begin] == '\'');
  return quoted ? begin + 1 : begin;
}

// Returns the credentials after a scheme at `at`; empty if there are none.
TextRange BehindScheme(std::string_view text, std::size_t at, const ValueEnds& ends) {
  for (const std::string_view scheme : kSchemes) {
    if (!IsAt(text, at, scheme)) continue;
    const std::size_t begin = Skip(text, at + scheme.size(), " \t\r\n\"':=");
    const TextRange value{begin, ends.OfBare(begin)};
    const bool parted = begin > at + scheme.size();
    if (parted && IsCredential(text.substr(begin, value.end - begin))) return value;
  }
  return {};
}

// The value of a name, which begins at `begin`. A path is the folder that `pwd` names, and Entra quotes its
// own words behind "secret:".
TextRange ValueAt(std::string_view text, std::size_t begin, const ValueEnds& ends) {
  const bool is_shown = text.substr(begin).starts_with('/') || IsAt(text, begin, "AADSTS");
  return is_shown ? TextRange{} : TextRange{begin, ends.Of(begin)};
}

// The credentials behind the header that `begin` follows: the word behind the scheme, or the first one. A
// word of English is neither.
TextRange CredentialsAt(std::string_view text, std::size_t begin, const ValueEnds& ends) {
  constexpr std::string_view kOpening = " \t\r\n\"'[";
  begin = Skip(text, begin, kOpening);
  std::string_view word = text.substr(begin, ends.OfBare(begin) - begin);
  const bool is_scheme =
      std::any_of(kHeaderSchemes.begin(), kHeaderSchemes.end(),
                  [word](std::string_view scheme) { return EqualsIgnoreCase(word, scheme); });
  if (is_scheme) {
    begin = Skip(text, begin + word.size(), kOpening);
    word = text.substr(begin, ends.OfBare(begin) - begin);
  }
  return word.empty() || IsNatural(word) ? TextRange{} : TextRange{begin, begin + word.size()};
}

// Returns the value after a name that begins at `at`; empty if there is none. A name that may end a word may
// begin inside a word.
TextRange BehindName(std::string_view text, std::size_t at, bool begins_word, const ValueEnds& ends) {
  for (const std::string_view name : kNameEnds) {
    if (const auto begin = ValueOf(name, text, at)) return ValueAt(text, *begin, ends);
  }
  if (!begins_word) return {};
  for (const std::string_view name : kWholeNames) {
    if (const auto begin = ValueOf(name, text, at)) return ValueAt(text, *begin, ends);
  }
  const bool is_header = at == 0 || text[at - 1] != '.';  // and not Microsoft.Authorization
  const auto begin = is_header ? ValueOf(kAuthorization, text, at) : std::nullopt;
  return begin ? CredentialsAt(text, *begin, ends) : TextRange{};
}

void MarkAnnounced(const MappedText& reading, HiddenMarks& hidden) {
  const std::string_view text = reading.text;
  const ValueEnds ends(text);
  TextRange last;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins_word = at == 0 || !IsLetterOrDigit(text[at - 1]);
    for (const TextRange value : {begins_word ? BehindScheme(text, at, ends) : TextRange{},
                                  BehindName(text, at, begins_word, ends)}) {
      if (value.begin >= value.end) continue;
      if (value.begin >= last.begin && value.end <= last.end) continue;  // hidden already
      Hide(reading, value.begin, value.end, hidden);
      last = value;
    }
  }
}

// ---- random runs --------------------------------------------------------------------------------------

constexpr std::size_t kStretch = 20;

// Characters of base64 change between upper case, lower case and digits more often than those of chosen
// names.
bool IsRandom(std::string_view stretch) {
  const auto small = std::count_if(stretch.begin(), stretch.end(), IsSmall);
  const auto capital = std::count_if(stretch.begin(), stretch.end(), IsCapital);
  const auto digits = std::count_if(stretch.begin(), stretch.end(), IsDigit);
  int changes = 0;
  for (std::size_t i = 1; i < stretch.size(); ++i) {
    const bool same = (IsSmall(stretch[i]) && IsSmall(stretch[i - 1])) ||
                      (IsCapital(stretch[i]) && IsCapital(stretch[i - 1])) ||
                      (IsDigit(stretch[i]) && IsDigit(stretch[i - 1]));
    if (!same) ++changes;
  }
  return small >= 4 && capital >= 4 && changes >= 8 && (digits >= 1 || capital >= 6);
}

// Letters holds the letters and digits of a text, without the characters between them, and their positions in
// the text.
struct Letters {
  std::string text;
  std::vector<std::size_t> places;

  void Add(std::string_view of, TextRange part) {
    for (std::size_t i = part.begin; i < part.end; ++i) {
      if (!IsLetterOrDigit(of[i])) continue;
      text += of[i];
      places.push_back(i);
    }
  }
  // Sets `random` at the positions of random stretches. Returns true if there is one.
  bool FindRandom(std::vector<bool>& random) const {
    bool found = false;
    for (std::size_t at = 0; at + kStretch <= text.size(); ++at) {
      if (!IsRandom(std::string_view(text).substr(at, kStretch))) continue;
      found = true;
      for (std::size_t i = 0; i < kStretch; ++i) random[places[at + i]] = true;
    }
    return found;
  }
};

// A resource id is also a long run, and worth reading. So length alone hides only runs that are longer than
// any name.
bool LooksSecret(std::string_view run) {
  constexpr std::size_t kLongestName = 200;
  if (run.size() > kLongestName) return true;
  if (run.size() < kStretch) return false;
  if (run.find("eyJ") != std::string_view::npos || run.starts_with("MII")) return true;
  Letters letters;
  letters.Add(run, {0, run.size()});
  std::vector<bool> random(run.size());
  return letters.FindRandom(random);
}

// Returns the parts of a run that are judged separately: the segments of a resource id, which holds names and
// GUIDs, otherwise the whole run.
std::vector<TextRange> PartsOf(std::string_view run) {
  if (!IsAt(run, 0, "/subscriptions/")) return {{0, run.size()}};
  return RunsOf(run, [](char c) { return c != '/'; });
}

void MarkRuns(const MappedText& reading, HiddenMarks& hidden) {
  const std::string_view text = reading.text;
  for (const TextRange run : RunsOf(text, IsOfSecret)) {
    for (const TextRange part : PartsOf(text.substr(run.begin, run.end - run.begin))) {
      const std::string_view word = text.substr(run.begin + part.begin, part.end - part.begin);
      if (!IsGuid(word) && LooksSecret(word)) {
        Hide(reading, run.begin + part.begin, run.begin + part.end, hidden);
      }
    }
  }
}

// Marks a secret that white space splits: its words form random text when they are joined. A word is hidden
// if at least half of it is part of such a random stretch.
void MarkSplitRuns(const MappedText& reading, HiddenMarks& hidden) {
  const std::string_view text = reading.text;
  const auto joins = [](char c) { return IsOfSecret(c) || c <= ' ' || c > '~'; };
  const std::vector<TextRange> words = RunsOf(text, IsOfSecret);
  std::vector<bool> random(text.size());
  auto word = words.begin();
  for (const TextRange part : RunsOf(text, joins)) {
    Letters letters;
    for (; word != words.end() && word->end <= part.end; ++word) {
      const std::string_view of_word = text.substr(word->begin, word->end - word->begin);
      if (!IsNatural(of_word) && !IsGuid(of_word)) letters.Add(text, *word);
    }
    letters.FindRandom(random);
  }
  for (const TextRange part : words) {
    std::size_t marked = 0;
    for (std::size_t i = part.begin; i < part.end; ++i) marked += random[i] ? 1U : 0U;
    if (marked > 0 && marked * 2 >= part.end - part.begin) Hide(reading, part.begin, part.end, hidden);
  }
}

}  // namespace

void MarkSecretShapes(const MappedText& reading, HiddenMarks& hidden) {
  MarkUserinfo(reading, hidden);
  MarkUserinfoWithBlank(reading, hidden);
  MarkAnnounced(reading, hidden);
  MarkRuns(reading, hidden);
  MarkSplitRuns(reading, hidden);
}

}  // namespace msiv2
