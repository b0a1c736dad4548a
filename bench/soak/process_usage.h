// What this process holds of the system.
#pragma once

#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// ProcessUsage is a sample of this process.
struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t handles = 0;  ///< file descriptors, or handles of Windows, that are open
};

/// ReadProcessUsage reads /proc/self, or asks Windows; nothing where that fails.
std::optional<ProcessUsage> ReadProcessUsage();

}  // namespace msiv2::soak
