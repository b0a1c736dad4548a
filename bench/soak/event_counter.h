// An Observer that counts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "msiv2/observer.h"

namespace msiv2::soak {

/// EventCounter counts events by kind. Threads: all members may be called at the same time.
class EventCounter final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    const auto kind = static_cast<std::size_t>(event.kind);
    if (kind < kKinds) ++counts_[kind];
    if (event.kind == Event::Kind::kCacheMiss) missed_ = true;
  }
  std::uint64_t Count(Event::Kind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

  /// TakeMissed tells whether a call on this thread missed the cache since the last time it was asked.
  static bool TakeMissed() {
    const bool missed = missed_;
    missed_ = false;
    return missed;
  }

 private:
  static constexpr std::size_t kKinds = 32;  // more than there are, so that a new one does no harm
  std::array<std::atomic<std::uint64_t>, kKinds> counts_{};
  static thread_local bool missed_;
};

inline thread_local bool EventCounter::missed_ = false;

}  // namespace msiv2::soak
