// Counting allocations: a number that a noisy machine cannot change.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace msiv2::bench {

/// AllocationsOnThisThread returns how often operator new was called on this thread so far.
std::uint64_t AllocationsOnThisThread() noexcept;

/// CountAllocations sets the counter "allocations" of a benchmark to the allocations per iteration. It counts
/// those of its thread between its construction and its destruction.
class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state) : state_(state), before_(AllocationsOnThisThread()) {}
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;
  ~CountAllocations() {
    const auto count = static_cast<double>(AllocationsOnThisThread() - before_);
    state_.counters["allocations"] =
        benchmark::Counter(count / static_cast<double>(state_.iterations()), benchmark::Counter::kAvgThreads);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

}  // namespace msiv2::bench
