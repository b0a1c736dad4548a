// What a run does to the memory and the open handles of a process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/soak/process_usage.h"

namespace msiv2::soak {

/// UsageOfRun holds samples of one process. Any may be unknown.
struct UsageOfRun {
  std::optional<ProcessUsage> at_start{};   ///< before the first call; of the client process, before all else
  std::optional<ProcessUsage> warmed_up{};  ///< after the first round
  std::optional<ProcessUsage> at_end{};     ///< after the recovery, while clients and emulator still run
  std::optional<ProcessUsage> closed{};     ///< after both have ended: of the client process alone
};

/// MostHandles returns by how many the open handles of the client process may grow while clients exist.
std::uint64_t MostHandles(int threads, int identities);

/// TooManyHandles checks the open handles of the client process twice: before the shutdown against
/// MostHandles, and after it against a leak. Returns what is wrong; nullopt if nothing is, or if a sample is
/// unknown.
std::optional<std::string> TooManyHandles(const UsageOfRun& client, int threads, int identities);

}  // namespace msiv2::soak
