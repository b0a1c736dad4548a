#include "base/plain_file.h"

#include <algorithm>

namespace msiv2 {

std::size_t PlainFileRoom(std::size_t size, std::size_t most) noexcept {
  constexpr std::size_t kLeast = 65536;
  return size >= most ? most : std::min(most, std::max(size + 1, kLeast));
}

}  // namespace msiv2
