// Text for secrets on their way: each piece of memory that it gives back is wiped, also when it grows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "msiv2/secret.h"

namespace msiv2 {

/// WipeBytes overwrites memory so that the compiler keeps the writes.
void WipeBytes(void* memory, std::size_t size) noexcept;

/// WipingAllocator is std::allocator, but for memory that is overwritten before it is given back.
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

/// WipedText is a std::string that leaves nothing behind but texts short enough to lie in the object itself.
using WipedText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

/// AppendWiped appends `part` to `text`, and wipes the memory that `text` gives up where it has to grow.
void AppendWiped(std::string& text, std::string_view part);

}  // namespace msiv2
