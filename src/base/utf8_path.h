// Conversion of paths from and to UTF-8.
#pragma once

#include <filesystem>
#include <string>

namespace msiv2 {

/// PathOfUtf8 returns the path for `text`, which is UTF-8 on every system. On Windows, a path from a
/// std::string would use the code page. There, the result is empty if `text` is not UTF-8.
std::filesystem::path PathOfUtf8(const std::string& text);

/// Utf8OfPath returns `path` as UTF-8 text. It is the inverse of PathOfUtf8.
std::string Utf8OfPath(const std::filesystem::path& path);

}  // namespace msiv2
