#include "base/plain_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace msiv2 {

std::size_t PlainFileRoom(std::size_t size, std::size_t most) noexcept {
  constexpr std::size_t kLeast = 65536;
  return size >= most ? most : std::min(most, std::max(size + 1, kLeast));
}

bool GrowPlainFileRoom(std::string& text, std::size_t most) {
  if (text.size() >= most) return false;
  std::string larger(std::min(most, 2 * text.size()), '\0');
  std::memcpy(larger.data(), text.data(), text.size());
  text.swap(larger);
  SecureWipe(larger);
  return true;
}

std::optional<SecretString> ReadToEnd(std::size_t size, std::size_t most, const ReadSome& read) {
  std::string text(PlainFileRoom(size, most), '\0');
  std::size_t length = 0;
  std::optional<std::size_t> count = 1;
  while (count != 0U && (length < text.size() || GrowPlainFileRoom(text, most))) {
    count = read(text.data() + length, text.size() - length);
    if (!count) {
      SecureWipe(text);
      return std::nullopt;
    }
    length += *count;
  }
  text.resize(length);
  return SecretString(std::move(text));
}

}  // namespace msiv2
