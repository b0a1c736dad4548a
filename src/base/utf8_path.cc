#include "base/utf8_path.h"

#include <system_error>

namespace msiv2 {

std::filesystem::path PathOfUtf8(const std::string& text) {
  try {
    return std::u8string(text.begin(), text.end());
  } catch (const std::system_error&) {
    return {};
  }
}

std::string Utf8OfPath(const std::filesystem::path& path) {
  try {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
  } catch (const std::system_error&) {
    return {};
  }
}

}  // namespace msiv2
