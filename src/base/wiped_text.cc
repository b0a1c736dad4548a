#include "base/wiped_text.h"

#include <algorithm>

namespace msiv2 {

void WipeBytes(void* memory, std::size_t size) noexcept {
  volatile auto* const bytes = static_cast<unsigned char*>(memory);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = 0;
}

void AppendWiped(std::string& text, std::string_view part) {
  if (part.size() > text.capacity() - text.size()) {
    std::string larger;
    larger.reserve(std::max(2 * text.capacity(), text.size() + part.size()));
    larger.append(text);
    text.swap(larger);
    SecureWipe(larger);
  }
  text.append(part);
}

}  // namespace msiv2
