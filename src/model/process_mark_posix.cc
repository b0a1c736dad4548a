#include <pthread.h>

#include <atomic>

#include "model/process_mark.h"

namespace msiv2 {
namespace {

std::atomic<std::uint64_t> fork_generation{0};

extern "C" void CountFork() { fork_generation.fetch_add(1, std::memory_order_relaxed); }

// Before main, so that no fork is missed. If there is no memory for the registration, nothing is counted.
[[maybe_unused]] const int counts_forks = pthread_atfork(nullptr, nullptr, CountFork);

}  // namespace

std::uint64_t ForkGeneration() noexcept { return fork_generation.load(std::memory_order_relaxed); }

}  // namespace msiv2
