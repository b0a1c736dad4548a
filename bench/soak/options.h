// The flags of the soak program.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// SoakOptions say how long, how hard and with what luck.
struct SoakOptions {
  std::chrono::milliseconds duration = std::chrono::minutes(2);
  int threads = 8;
  int identities = 4;
  std::uint64_t seed = 1;
  std::chrono::seconds largest_step = std::chrono::minutes(20);
  std::chrono::seconds certificate_lifetime = std::chrono::hours(4);
  std::chrono::seconds certificate_age = std::chrono::minutes(5);
  std::chrono::seconds token_lifetime = std::chrono::hours(3);
  std::chrono::milliseconds longest_overrun = std::chrono::seconds(1);
  std::chrono::milliseconds progress = std::chrono::seconds(5);
  bool faults = true;
  bool json = false;
};

/// ParseSoakOptions reads the command line. Nothing when the program is to end with `exit_code` (help, or
/// wrong flags); then it has printed why.
std::optional<SoakOptions> ParseSoakOptions(int argc, const char* const* argv, int& exit_code);

}  // namespace msiv2::soak
