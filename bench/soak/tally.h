// The results of a run, in numbers.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "bench/soak/latencies.h"
#include "emulator/emulator.h"

namespace msiv2::soak {

/// Counts are the numbers of one worker's round, or of the whole run. A plain value.
struct Counts {
  std::uint64_t calls = 0;  ///< of AcquireToken
  std::uint64_t tokens_from_network = 0;
  Latencies warm;                               ///< calls that the cache answered at once
  Latencies other;                              ///< all others, including failed ones
  std::map<std::string, std::uint64_t> errors;  ///< of AcquireToken, by code
  std::uint64_t resource_calls = 0;
  std::uint64_t challenges = 0;                            ///< claims challenges answered
  std::map<std::string, std::uint64_t> resource_outcomes;  ///< by "HTTP <status>" or error code
  std::uint64_t violations = 0;
  std::vector<std::string> first_violations;    ///< the first broken invariants, human-readable
  std::chrono::nanoseconds longest_overrun{0};  ///< how long after its deadline a call returned at worst

  /// AddEnd records how long a call with the timeout `timeout` took. An overrun of more than `allowed` breaks
  /// an invariant.
  void AddEnd(std::chrono::nanoseconds elapsed, std::chrono::nanoseconds timeout,
              std::chrono::nanoseconds allowed);

  /// Violate records that an invariant was broken.
  void Violate(std::string what);
  void Merge(const Counts& other);
};

/// Tally collects the counts of all workers and the requests sent to the emulator.
/// Threads: all members may be called at the same time.
class Tally {
 public:
  void Add(const Counts& counts);
  void Violate(std::string what);
  /// AddRequests counts the emulator's log by server and operation. A request for an MSI v1 token is a
  /// violation.
  void AddRequests(const std::vector<emulator::RequestLogEntry>& log);

  Counts counts() const;
  std::map<std::string, std::uint64_t> requests() const;

 private:
  mutable std::mutex mutex_;
  Counts counts_;
  std::map<std::string, std::uint64_t> requests_;
};

}  // namespace msiv2::soak
