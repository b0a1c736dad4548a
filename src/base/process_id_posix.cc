#include <unistd.h>

#include "base/process_id.h"

namespace msiv2 {

std::uint64_t ProcessId() noexcept { return static_cast<std::uint64_t>(getpid()); }

}  // namespace msiv2
