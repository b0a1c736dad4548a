// Overwriting secrets.
#pragma once

#include <cstddef>

namespace msiv2 {

/// WipeBytes overwrites memory in a way that the compiler does not optimise away.
void WipeBytes(void* memory, std::size_t size) noexcept;

}  // namespace msiv2
