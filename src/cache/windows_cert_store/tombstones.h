// Tombstones: certificates that must not come back from the store.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace msiv2::cache {

/// Tombstones remember, for the life of the process, which certificates were given up: their entries may
/// outlive that, because the store is locked by another process or because that process writes them again.
/// A certificate is forgotten at its end, when nobody would use it anyway.
///
/// Threads: all members may be called at the same time.
class Tombstones {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  /// Add marks the certificate `thumbprint`, which ends at `not_after`, as given up.
  void Add(const std::string& thumbprint, TimePoint not_after, TimePoint now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(ends_, [&](const auto& entry) { return entry.second <= now; });
    if (not_after > now) ends_[thumbprint] = not_after;
  }

  /// Contains tells whether the certificate was given up.
  bool Contains(const std::string& thumbprint) const {
    const std::lock_guard lock(mutex_);
    return ends_.contains(thumbprint);
  }

  /// Size returns how many certificates are remembered.
  std::size_t Size() const {
    const std::lock_guard lock(mutex_);
    return ends_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, TimePoint> ends_;
};

}  // namespace msiv2::cache
