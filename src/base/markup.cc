#include "base/markup.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/mapped_text.h"

namespace msiv2 {
namespace {

// Returns the text after the first `end`, or an empty text if there is none.
std::string_view After(std::string_view text, std::string_view end) {
  const auto at = text.find(end);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
}

bool StartsWithTag(std::string_view text, std::string_view name) {
  return text.size() > name.size() && EqualsIgnoreCase(text.substr(0, name.size()), name);
}

std::string_view AfterElement(std::string_view text, std::string_view end_tag) {
  for (std::size_t at = 0; at + end_tag.size() <= text.size(); ++at) {
    if (EqualsIgnoreCase(text.substr(at, end_tag.size()), end_tag)) return After(text.substr(at), ">");
  }
  return {};
}

// Reads one piece of markup at the start of `text`, appends its visible text to `shown`, and returns the
// rest.
std::string_view ReadMarkup(std::string_view text, std::string& shown) {
  constexpr std::string_view kCdata = "<![CDATA[";
  shown += ' ';
  if (text.starts_with("<!--")) return After(text, "-->");
  if (text.starts_with(kCdata)) {
    text.remove_prefix(kCdata.size());
    shown += text.substr(0, text.find("]]>"));
    return After(text, "]]>");
  }
  if (StartsWithTag(text, "<script")) return AfterElement(text, "</script");
  if (StartsWithTag(text, "<style")) return AfterElement(text, "</style");
  return After(text, ">");
}

bool IsLetter(char c) noexcept { return ToLower(c) >= 'a' && ToLower(c) <= 'z'; }

bool IsMarkup(std::string_view text) {
  if (text.size() < 2 || text[0] != '<') return false;
  return IsLetter(text[1]) || text[1] == '/' || text[1] == '!' || text[1] == '?';
}

bool HoldsEndTag(std::string_view text) {
  for (auto at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 1)) {
    if (at + 2 < text.size() && IsLetter(text[at + 2])) return true;
  }
  return false;
}

}  // namespace

std::string TextOfMarkup(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string_view rest = text;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  rest = Trim(rest);
  if (!IsMarkup(rest) && !HoldsEndTag(rest)) return std::string(text);
  std::string shown;
  while (!rest.empty()) {
    if (IsMarkup(rest)) {
      rest = ReadMarkup(rest, shown);
      continue;
    }
    const auto reference = rest.front() == '&' ? ReadReference(rest) : std::nullopt;
    shown += reference ? reference->character : rest.front();
    rest.remove_prefix(reference ? reference->length : 1);
  }
  const bool empty = std::all_of(shown.begin(), shown.end(), IsBlank);
  return empty ? std::string(text) : shown;
}

}  // namespace msiv2
