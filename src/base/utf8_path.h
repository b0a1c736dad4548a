// Paths that callers give.
#pragma once

#include <filesystem>
#include <string>

namespace msiv2 {

/// PathOfUtf8 returns the path that `text`, UTF-8 on every system, stands for: a std::string would be of the
/// code page on Windows. Empty for text that is no UTF-8 there.
std::filesystem::path PathOfUtf8(const std::string& text);

/// Utf8OfPath returns the text that stands for `path`: the way back.
std::string Utf8OfPath(const std::filesystem::path& path);

}  // namespace msiv2
