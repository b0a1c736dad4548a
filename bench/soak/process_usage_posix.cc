#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "bench/soak/child_process.h"
#include "bench/soak/process_usage.h"

namespace msiv2::soak {

std::optional<ProcessUsage> ReadProcessUsage(std::uint32_t process_id) {
  const std::string folder = "/proc/" + std::to_string(process_id);
  ProcessUsage usage;
  std::error_code problem;
  for (std::filesystem::directory_iterator entry(folder + "/fd", problem), end; !problem && entry != end;
       entry.increment(problem)) {
    ++usage.handles;
  }
  if (problem || usage.handles == 0) return std::nullopt;
  if (process_id == OwnProcessId()) --usage.handles;  // the descriptor that lists them
  std::ifstream status(folder + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmRSS:") continue;
    status >> usage.resident_bytes;
    usage.resident_bytes *= 1024;
    return usage;
  }
  return std::nullopt;
}

}  // namespace msiv2::soak
