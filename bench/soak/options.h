// The flags of the soak program.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace msiv2::soak {

/// SoakOptions says how long, under which load and with which random seed the program runs.
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

/// ParseSoakOptions reads the command line. Returns nullopt if the program must exit with `exit_code` (help,
/// or wrong flags). It has then printed the help or the error.
std::optional<SoakOptions> ParseSoakOptions(int argc, const char* const* argv, int& exit_code);

}  // namespace msiv2::soak
