// Which process created an object: a forked child has its parent's objects, but none of its parent's threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "msiv2/error.h"

namespace msiv2 {

/// ForkGeneration returns the number of forks between the first process and this one, with one relaxed load
/// and no lock. It changes only in a child, before fork() returns there. In a process without fork it stays
/// 0.
std::uint64_t ForkGeneration() noexcept;

/// ProcessMark is a member of objects that only the process that created them may use. A mutex that a thread
/// of the parent held stays locked in the child for ever, and connections belong to the parent. So every
/// entry point checks the mark before it takes a lock. A destructor that would join or close leaves the
/// object as it is.
///
/// Threads: all members may be called at the same time.
class ProcessMark {
 public:
  ProcessMark() noexcept : made_in_(ForkGeneration()) {}

  /// IsOfParent returns true in a child that was forked after this mark, or the original of a copy, was
  /// created.
  bool IsOfParent() const noexcept { return made_in_ != ForkGeneration(); }

 private:
  std::uint64_t made_in_;
};

/// UsedAfterFork returns the error `used_after_fork` for `what`, for example "the client".
Error UsedAfterFork(std::string_view what, Step step = Step::kRequest);

/// LeaveBehind keeps an object of the parent reachable in a child that does not destroy it, so that the
/// object is not a leak.
void LeaveBehind(const void* object) noexcept;

}  // namespace msiv2
