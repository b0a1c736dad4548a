#include "model/process_mark.h"

#include <atomic>
#include <new>
#include <string>

namespace msiv2 {
namespace {

struct Left {
  const void* object;
  Left* next;
};

std::atomic<Left*> all_left{nullptr};

}  // namespace

Error UsedAfterFork(std::string_view what, Step step) {
  return Error(ErrorCode::kUsedAfterFork, step,
               std::string(what) + " was made by the parent process, before the fork that made this one");
}

void LeaveBehind(const void* object) noexcept {
  auto* const left = new (std::nothrow) Left{object, all_left.load()};
  if (left == nullptr) return;  // then the object is unreachable, which does no harm
  while (!all_left.compare_exchange_weak(left->next, left)) {
  }
}

}  // namespace msiv2
