// Which process made an object: a forked child has its parent's objects, but none of its parent's threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "msiv2/error.h"

namespace msiv2 {

/// ForkGeneration returns how many forks lie between the first process and this one: one relaxed load, no
/// lock. It changes in a child alone, before fork() returns there. A process without fork stays at 0.
std::uint64_t ForkGeneration() noexcept;

/// ProcessMark is a member of what only the process that made it may use. A mutex that a thread of the parent
/// held stays locked in the child for ever, and connections are those of the parent: so every entry asks the
/// mark before it takes a lock, and a destructor that would join or close leaves the object as it is.
///
/// Threads: all members may be called at the same time.
class ProcessMark {
 public:
  ProcessMark() noexcept : made_in_(ForkGeneration()) {}

  /// IsOfParent returns true in a child that was forked after this mark, or the original of a copy, was made.
  bool IsOfParent() const noexcept { return made_in_ != ForkGeneration(); }

 private:
  std::uint64_t made_in_;
};

/// UsedAfterFork makes the error `used_after_fork` for `what`, for example "the client".
Error UsedAfterFork(std::string_view what, Step step = Step::kRequest);

/// LeaveBehind keeps an object of the parent that a child does not destroy in sight, so that it is no leak.
void LeaveBehind(const void* object) noexcept;

}  // namespace msiv2
