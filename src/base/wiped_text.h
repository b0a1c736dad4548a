// Text for secrets in transit: all memory that it frees is wiped first, also when it grows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "model/wipe_bytes.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// WipingAllocator is a std::allocator that overwrites memory before it frees it.
template <typename T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <typename Other>
  explicit(false) WipingAllocator(const WipingAllocator<Other>& /*other*/) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    WipeBytes(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }

  friend bool operator==(const WipingAllocator& /*a*/, const WipingAllocator& /*b*/) noexcept { return true; }
};

/// WipedText is a std::string that wipes its memory. A text that is short enough to be stored in the object
/// itself is not wiped.
using WipedText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

/// AppendWiped appends `part` to `text`. If `text` has to grow, its old memory is wiped.
void AppendWiped(std::string& text, std::string_view part);

}  // namespace msiv2
