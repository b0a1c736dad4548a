// Counting allocations: a number that a noisy machine cannot change.
#pragma once

#include <cstdint>

namespace msiv2::bench {

/// AllocationsOnThisThread returns how often operator new was called on this thread so far.
std::uint64_t AllocationsOnThisThread() noexcept;

}  // namespace msiv2::bench
