#include "base/plain_file.h"

#include <algorithm>
#include <cstring>

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

}  // namespace msiv2
