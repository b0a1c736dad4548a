#include <ctime>

#include "clock/wall_time.h"

namespace msiv2 {

std::chrono::system_clock::time_point ReadWallTime() noexcept {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0) return std::chrono::system_clock::now();
  using std::chrono::duration_cast;
  return std::chrono::system_clock::time_point(duration_cast<std::chrono::system_clock::duration>(
      std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)));
}

}  // namespace msiv2
