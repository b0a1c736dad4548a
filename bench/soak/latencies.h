// A histogram of durations whose memory does not grow with their number.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace msiv2::soak {

/// Latencies counts durations in buckets of a sixteenth of a power of two: a percentile is at most 6 % too
/// high. A plain value, with the thread safety of an int.
class Latencies {
 public:
  void Add(std::chrono::nanoseconds latency);
  void Merge(const Latencies& other);

  std::uint64_t count() const noexcept { return count_; }
  std::chrono::nanoseconds slowest() const noexcept { return slowest_; }
  /// Percentile returns the upper end of the bucket below which `share` (0 to 1) of the durations lie; 0 if
  /// there are none.
  std::chrono::nanoseconds Percentile(double share) const;

 private:
  std::array<std::uint64_t, 64 * 16> buckets_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds slowest_{0};
};

}  // namespace msiv2::soak
