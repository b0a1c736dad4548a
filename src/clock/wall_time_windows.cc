#include "clock/wall_time.h"

namespace msiv2 {

std::chrono::system_clock::time_point ReadWallTime() noexcept { return std::chrono::system_clock::now(); }

}  // namespace msiv2
