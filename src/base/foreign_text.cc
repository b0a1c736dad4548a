#include "base/foreign_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/guid.h"
#include "base/mapped_text.h"
#include "base/markup.h"
#include "base/secret_shapes.h"

namespace msiv2 {
namespace {

constexpr std::size_t kLongestRead = std::size_t{16} * 1024;  // far more than is shown
constexpr std::size_t kUnsure = 1024;  // at the end of what is read, where a cut secret may not be found
constexpr std::size_t kLayers = 3;     // layers of escapes that are undone to find secrets
constexpr std::string_view kHidden = "[hidden]";
constexpr std::string_view kCut = "...";

std::vector<MappedText> Readings(std::string_view text) {
  std::vector<MappedText> readings = {MapWhole(text)};
  while (readings.size() <= kLayers) {
    auto plain = Unescape(readings.back());
    if (!plain) break;
    readings.push_back(*std::move(plain));
  }
  return readings;
}

HiddenMarks MarkSecrets(std::string_view text, const KnownSecrets& secrets) {
  HiddenMarks hidden(text.size());
  const std::vector<MappedText> readings = Readings(text);
  for (const MappedText& reading : readings) MarkSecretShapes(reading, hidden);
  secrets.MarkIn(readings, hidden);
  return hidden;
}

// Returns the text with its known secrets hidden. This happens before markup is removed, because markup may
// be a part of a secret.
std::string HideKnown(std::string_view text, const KnownSecrets& secrets) {
  HiddenMarks hidden(text.size());
  secrets.MarkIn(Readings(text), hidden);
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!hidden[i]) {
      shown += text[i];
    } else if (i == 0 || !hidden[i - 1]) {
      shown += kHidden;
    }
  }
  return shown;
}

// Appends one byte of a text to `line`. The byte may be a part of a character.
void Show(char c, std::string& line) {
  constexpr unsigned kFirstByteOfCharacter = 0xC0;
  if (IsBlank(c)) {
    if (!line.empty() && line.back() != ' ') line += ' ';
  } else if (c > ' ' && c <= '~') {
    line += c;
  } else if (static_cast<unsigned char>(c) >= kFirstByteOfCharacter) {
    line += '?';
  }
}

std::string ShowLine(std::string_view text, const HiddenMarks& hidden) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!hidden[i]) {
      Show(text[i], line);
    } else if (!Trim(line).ends_with(kHidden)) {
      line += kHidden;
    } else if (line.back() == ' ') {
      line.pop_back();  // the space that split a secret
    }
  }
  return std::string(Trim(line));
}

}  // namespace

std::string ForeignText(std::string_view text, const KnownSecrets& secrets, std::size_t limit) {
  if (text.empty()) return {};  // the usual case: skip the search for secrets
  // A GUID, as nearly every id in an answer, has no markup and no escapes, and MarkSecretShapes finds nothing
  // in it.
  if (IsGuid(text) && text.size() <= limit && !secrets.AreIn(text)) return std::string(text);
  const bool is_longer = text.size() > kLongestRead;
  const std::string_view read = text.substr(0, kLongestRead);
  std::string plain = TextOfMarkup(read);
  if (plain != read) plain = TextOfMarkup(HideKnown(read, secrets));
  const std::size_t sure = is_longer ? plain.size() - std::min(plain.size(), kUnsure) : plain.size();
  std::string line = ShowLine(std::string_view(plain).substr(0, sure), MarkSecrets(plain, secrets));
  if (line.size() <= limit && !is_longer) return line;
  line.resize(std::min(line.size(), limit - std::min(limit, kCut.size())));
  return line.append(kCut);
}

}  // namespace msiv2
