// The system resources that a process uses.
#pragma once

#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// ProcessUsage is a sample of a process.
struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t handles = 0;  ///< open file descriptors; on Windows, open handles
};

/// ReadProcessUsage reads /proc, or asks Windows, about the process with this id: this one, or a child that
/// was not waited for. Returns nullopt if that fails.
std::optional<ProcessUsage> ReadProcessUsage(std::uint32_t process_id);

}  // namespace msiv2::soak
