// Small pieces of text that several commands print.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace msiv2::cli {

/// PadLeft and PadRight fill `text` with spaces up to `width`. They do not cut longer text.
std::string PadLeft(std::string_view text, std::size_t width);
std::string PadRight(std::string_view text, std::size_t width);

/// Printable returns `text` as one line that a terminal shows and does not obey. It writes control
/// characters, and bytes that are not UTF-8, as `\x1b`. It does not cut the text.
std::string Printable(std::string_view text);

/// Milliseconds returns a human-readable duration: `3.2 ms`, `1.5 s`.
std::string Milliseconds(std::chrono::nanoseconds elapsed);

/// Rfc3339 returns a UTC time to the second, `2026-01-31T08:00:00Z` (RFC 3339 section 5.6).
std::string Rfc3339(std::chrono::system_clock::time_point time);

/// OriginOf returns `scheme://host[:port]` of a URL, or the whole text if it has no path.
std::string OriginOf(std::string_view url);

}  // namespace msiv2::cli
