// The number of this process.
#pragma once

#include <cstdint>

namespace msiv2 {

/// ProcessId returns the system's number of this process; a forked child has another one than its parent.
std::uint64_t ProcessId() noexcept;

}  // namespace msiv2
