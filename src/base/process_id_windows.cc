#include <windows.h>

#include "base/process_id.h"

namespace msiv2 {

std::uint64_t ProcessId() noexcept { return GetCurrentProcessId(); }

}  // namespace msiv2
