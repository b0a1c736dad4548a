#include "base/secret_shapes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"
#include "base/guid.h"

namespace msiv2 {
namespace {

bool IsSmall(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool IsCapital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool IsLetterOrDigit(char c) noexcept { return IsSmall(c) || IsCapital(c) || IsDigit(c); }

// The alphabets of base64, base64url and the dots of a JWT.
bool IsOfSecret(char c) noexcept {
  return IsLetterOrDigit(c) || std::string_view("+/=-_.").find(c) != std::string_view::npos;
}

bool IsNotBlank(char c) noexcept { return !IsBlank(c); }

// The longest parts of `text` whose characters all satisfy `belongs`.
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

// A number, or a word as people write it: `word`, `Word`, `WORD`.
bool IsNatural(std::string_view word) {
  if (std::all_of(word.begin(), word.end(), IsDigit)) return true;
  if (word.size() < 2) return false;
  const std::string_view rest = word.substr(1);
  if (std::all_of(rest.begin(), rest.end(), IsSmall)) return IsSmall(word[0]) || IsCapital(word[0]);
  return IsCapital(word[0]) && std::all_of(rest.begin(), rest.end(), IsCapital);
}

// ---- userinfo -----------------------------------------------------------------------------------------

// A password may hold any mark that ends a host for one reader or another, so all before the last '@' goes.
void MarkUserinfo(const MappedText& reading, HiddenMarks& hidden) {
  constexpr std::string_view kSchemeEnd = "://";
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

// ---- what a word announces ----------------------------------------------------------------------------

constexpr std::array<std::string_view, 3> kSchemes = {"bearer", "basic", "mtls_pop"};
constexpr std::array<std::string_view, 12> kNames = {
    "access_token",     "refresh_token", "id_token",      "attestation_token",
    "client_assertion", "client_secret", "shared_secret", "password",
    "passwd",           "secret",        "sig",           "api_key"};

bool EndsValue(char c) noexcept {
  return IsBlank(c) || std::string_view("\"'`,;&<>(){}[]").find(c) != std::string_view::npos;
}

std::size_t Skip(std::string_view text, std::size_t at, std::string_view characters) {
  return std::min(text.find_first_not_of(characters, at), text.size());
}

// For each place of a text, the end of the value that begins there: asked for at every place, it must not be
// looked for again each time.
std::vector<std::size_t> ValueEnds(std::string_view text) {
  std::vector<std::size_t> ends(text.size() + 1, text.size());
  for (std::size_t at = text.size(); at-- > 0;) ends[at] = EndsValue(text[at]) ? at : ends[at + 1];
  return ends;
}

// A word of English behind "bearer" is none.
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

// The part behind the word at `at`, where it announces a secret.
TextRange Announced(std::string_view text, std::size_t at, const std::vector<std::size_t>& ends) {
  for (const std::string_view scheme : kSchemes) {
    if (!IsAt(text, at, scheme)) continue;
    const std::size_t begin = Skip(text, at + scheme.size(), " \t\r\n\"':=");
    const TextRange value{begin, ends[begin]};
    const bool parted = begin > at + scheme.size();
    if (parted && IsCredential(text.substr(begin, value.end - begin))) return value;
  }
  for (const std::string_view name : kNames) {
    if (!IsAt(text, at, name)) continue;
    const std::size_t sign = Skip(text, at + name.size(), "\"' ");
    if (sign >= text.size() || (text[sign] != '=' && text[sign] != ':')) continue;
    const std::size_t begin = Skip(text, sign + 1, "\"' ");
    return {begin, ends[begin]};
  }
  return {};
}

void MarkAnnounced(const MappedText& reading, HiddenMarks& hidden) {
  const std::string_view text = reading.text;
  const std::vector<std::size_t> ends = ValueEnds(text);
  TextRange last;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && IsLetterOrDigit(text[at - 1])) continue;
    const TextRange value = Announced(text, at, ends);
    if (value.begin == value.end) continue;
    if (value.begin >= last.begin && value.end <= last.end) continue;  // hidden already
    Hide(reading, value.begin, value.end, hidden);
    last = value;
  }
}

// ---- random runs --------------------------------------------------------------------------------------

constexpr std::size_t kStretch = 20;

// Letters and digits of base64 change their kind more often than those of names that people choose.
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

// Letters are the letters and digits of a text, without what stands between them, and their places in it.
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
  // Sets `random` at the places of random stretches; true where there is one.
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

// A resource id is a long run as well, and worth reading: length alone hides only what is longer still.
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

// The parts of a run that are judged apart: those of a resource id, which holds names and GUIDs, else the
// whole.
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

// A secret that blanks split: what its words spell together is random. A word goes where half of it is part
// of such a stretch.
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
  MarkAnnounced(reading, hidden);
  MarkRuns(reading, hidden);
  MarkSplitRuns(reading, hidden);
}

}  // namespace msiv2
