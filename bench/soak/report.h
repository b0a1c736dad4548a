// What the program prints.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "bench/soak/tally.h"
#include "bench/soak/usage_of_run.h"

namespace msiv2::soak {

/// Report is the outcome of a run.
struct Report {
  std::uint64_t seed = 0;
  std::chrono::nanoseconds elapsed{0};
  std::chrono::seconds simulated{0};  ///< how far the clock was stepped
  std::uint64_t rounds = 0;
  std::uint64_t spells = 0;
  std::uint64_t revocations = 0;
  Counts counts;
  std::map<std::string, std::uint64_t> requests;
  std::map<std::string, std::uint64_t> events;
  std::map<std::string, double> renewals_per_hour;  ///< CalmRate::PerHour

  UsageOfRun client;    ///< of this process
  UsageOfRun emulator;  ///< of the emulator's process

  bool Passed() const { return counts.violations == 0; }
};

void PrintText(std::ostream& out, const Report& report);
void PrintJson(std::ostream& out, const Report& report);
/// PrintProgress prints one line with the results so far. The usage is that at the end.
void PrintProgress(std::ostream& out, const Report& report);

}  // namespace msiv2::soak
