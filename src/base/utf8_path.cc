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

}  // namespace msiv2
