#include <windows.h>
// After windows.h, whose types it uses.
#include <psapi.h>

#include "bench/soak/process_usage.h"

namespace msiv2::soak {

std::optional<ProcessUsage> ReadProcessUsage() {
  DWORD handles = 0;
  PROCESS_MEMORY_COUNTERS memory{};
  if (GetProcessHandleCount(GetCurrentProcess(), &handles) == 0) return std::nullopt;
  if (K32GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof memory) == 0) return std::nullopt;
  return ProcessUsage{memory.WorkingSetSize, handles};
}

}  // namespace msiv2::soak
