// Locale-independent ASCII functions for the text that protocols compare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace msiv2 {

constexpr bool IsDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool IsHexDigit(char c) noexcept {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/// IsControl returns true for a control character of ASCII: below the space, or DEL.
constexpr bool IsControl(char c) noexcept { return (c >= 0 && c < ' ') || c == '\x7f'; }
/// IsPrintable returns true if `text` has no character but those of ASCII from the space to the tilde.
bool IsPrintable(std::string_view text) noexcept;
/// IsVisible returns true if `text` is printable and has no space.
bool IsVisible(std::string_view text) noexcept;
constexpr char ToLower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b) noexcept;
/// ContainsIgnoreCase returns true if `text` contains `part`, ignoring case. Every text contains the empty
/// part.
bool ContainsIgnoreCase(std::string_view text, std::string_view part) noexcept;
/// Trim drops leading and trailing spaces, tabs, CR and LF.
std::string_view Trim(std::string_view text) noexcept;
/// Split splits at any character of `separators`, trims each part and drops empty ones.
std::vector<std::string> Split(std::string_view text, std::string_view separators);
/// Printable returns the first `limit` characters of foreign text for a message, followed by "..." if there
/// are more. It replaces everything outside printable ASCII by '?', so that no terminal escape or line break
/// gets through.
std::string Printable(std::string_view text, std::size_t limit = 300);

}  // namespace msiv2
