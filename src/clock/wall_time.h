// The wall clock of the machine, as one function for each operating system.
#pragma once

#include <chrono>

namespace msiv2 {

/// ReadWallTime returns the wall clock. It may be some milliseconds old, as the system's last tick is. Each
/// cache hit reads the clock, and that time is read several times faster.
std::chrono::system_clock::time_point ReadWallTime() noexcept;

}  // namespace msiv2
