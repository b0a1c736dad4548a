// What this process holds of the system.
#pragma once

#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// ProcessUsage is a sample of this process.
struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t handles = 0;  ///< open file descriptors
};

/// ReadProcessUsage reads /proc/self; nothing on systems that have none.
std::optional<ProcessUsage> ReadProcessUsage();

}  // namespace msiv2::soak
