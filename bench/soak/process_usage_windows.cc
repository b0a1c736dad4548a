#include <windows.h>
// After windows.h, whose types it uses.
#include <psapi.h>

#include "base/handle_windows.h"
#include "bench/soak/process_usage.h"

namespace msiv2::soak {

std::optional<ProcessUsage> ReadProcessUsage(std::uint32_t process_id) {
  // Closed when it returns. Of this process it is one handle more than before, which is not counted.
  const OwnedHandle process(OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process_id));
  DWORD handles = 0;
  PROCESS_MEMORY_COUNTERS memory{};
  if (!process || GetProcessHandleCount(process.get(), &handles) == 0) return std::nullopt;
  if (K32GetProcessMemoryInfo(process.get(), &memory, sizeof memory) == 0) return std::nullopt;
  if (process_id == GetCurrentProcessId() && handles > 0) --handles;
  return ProcessUsage{memory.WorkingSetSize, handles};
}

}  // namespace msiv2::soak
