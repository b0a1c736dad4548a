#include "bench/soak/latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace msiv2::soak {
namespace {

constexpr int kFractionBits = 4;

// Below 16 ns each value has its own bucket. Above, a bucket is a power of two and the four bits after its
// leading one.
std::size_t BucketOf(std::uint64_t value) {
  if (value < (1U << kFractionBits)) return static_cast<std::size_t>(value);
  const int shift = 63 - std::countl_zero(value) - kFractionBits;
  const auto fraction = static_cast<std::size_t>(value >> shift) & ((1U << kFractionBits) - 1);
  return (static_cast<std::size_t>(shift + 1) << kFractionBits) + fraction;
}

std::uint64_t UpperEnd(std::size_t bucket) {
  if (bucket < (1U << kFractionBits)) return bucket;
  const auto shift = static_cast<int>(bucket >> kFractionBits) - 1;
  const std::uint64_t start = (bucket & ((1U << kFractionBits) - 1)) | (1U << kFractionBits);
  return ((start + 1) << shift) - 1;
}

}  // namespace

void Latencies::Add(std::chrono::nanoseconds latency) {
  const auto value = static_cast<std::uint64_t>(std::max<std::chrono::nanoseconds::rep>(latency.count(), 0));
  ++buckets_[BucketOf(value)];
  ++count_;
  slowest_ = std::max(slowest_, latency);
}

void Latencies::Merge(const Latencies& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  slowest_ = std::max(slowest_, other.slowest_);
}

std::chrono::nanoseconds Latencies::Percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i];
    if (below >= wanted && below > 0) {
      const auto end = static_cast<std::chrono::nanoseconds::rep>(UpperEnd(i));
      return std::min(std::chrono::nanoseconds(end), slowest_);
    }
  }
  return std::chrono::nanoseconds(0);
}

}  // namespace msiv2::soak
