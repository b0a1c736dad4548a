#include "base/wiped_text.h"

#include <algorithm>

namespace msiv2 {

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
