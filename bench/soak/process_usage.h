// The system resources that this process uses.
#pragma once

#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// ProcessUsage is a sample of this process.
struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t handles = 0;  ///< open file descriptors; on Windows, open handles
};

/// ReadProcessUsage reads /proc/self, or asks Windows; returns nullopt if that fails.
std::optional<ProcessUsage> ReadProcessUsage();

}  // namespace msiv2::soak
