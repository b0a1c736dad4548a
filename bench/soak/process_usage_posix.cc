#include "bench/soak/process_usage.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace msiv2::soak {

std::optional<ProcessUsage> ReadProcessUsage() {
  ProcessUsage usage;
  std::error_code problem;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", problem), end; !problem && entry != end;
       entry.increment(problem)) {
    ++usage.handles;
  }
  if (problem || usage.handles == 0) return std::nullopt;
  --usage.handles;  // the descriptor that lists them
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmRSS:") continue;
    status >> usage.resident_bytes;
    usage.resident_bytes *= 1024;
    return usage;
  }
  return std::nullopt;
}

}  // namespace msiv2::soak
