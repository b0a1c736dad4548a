#include "model/wipe_bytes.h"

#include <cstring>

namespace msiv2 {
namespace {

// The compiler has to assume that this pointer changes. So it cannot know that the call has no effect that
// anything reads, and keeps it.
void* (*const volatile overwrite)(void*, int, std::size_t) = std::memset;

}  // namespace

void WipeBytes(void* memory, std::size_t size) noexcept {
  if (size > 0) overwrite(memory, 0, size);
}

}  // namespace msiv2
