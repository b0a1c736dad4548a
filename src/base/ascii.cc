#include "base/ascii.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace msiv2 {
namespace {

// Returns `byte` eight times.
constexpr std::uint64_t EightOf(unsigned char byte) noexcept { return 0x0101010101010101U * byte; }

// Sets the high bit of a byte that is less than a space, or more than a tilde. Nothing carries into the next
// byte, but out of a byte that is itself one of those.
std::uint64_t Unprintable(std::uint64_t bytes) noexcept {
  return (bytes - EightOf(' ')) | (bytes + EightOf(0x7F - '~')) | bytes;
}

}  // namespace

// Tokens are long: eight characters at a time, and the last ones with spaces behind them.
bool IsPrintable(std::string_view text) noexcept {
  std::uint64_t bytes = 0;
  std::uint64_t odd = 0;
  for (; text.size() >= sizeof bytes; text.remove_prefix(sizeof bytes)) {
    std::memcpy(&bytes, text.data(), sizeof bytes);
    odd |= Unprintable(bytes);
  }
  bytes = EightOf(' ');
  if (!text.empty()) std::memcpy(&bytes, text.data(), text.size());
  odd |= Unprintable(bytes);
  return (odd & EightOf(0x80)) == 0;
}

bool IsVisible(std::string_view text) noexcept {
  return IsPrintable(text) && text.find(' ') == std::string_view::npos;
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

std::string ToUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return ToLower(x) == ToLower(y); });
}

bool ContainsIgnoreCase(std::string_view text, std::string_view part) noexcept {
  return part.empty() || std::search(text.begin(), text.end(), part.begin(), part.end(),
                                     [](char x, char y) { return ToLower(x) == ToLower(y); }) != text.end();
}

std::string_view Trim(std::string_view text) noexcept {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(separators);
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string Printable(std::string_view text, std::size_t limit) {
  std::string safe(text.substr(0, limit));
  for (char& c : safe) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (text.size() > limit) safe += "...";
  return safe;
}

}  // namespace msiv2
