// Tombstones: certificates that must not be loaded from the store again.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace msiv2::cache {

/// Tombstones remembers, for the life of the process, which certificates were given up. Their entries may
/// survive in the store, because another process holds its lock or writes them again. A certificate is
/// forgotten when it expires, because it is not used after that anyway.
///
/// Threads: all members may be called at the same time.
class Tombstones {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  /// Add marks the certificate `thumbprint`, which expires at `not_after`, as given up.
  void Add(const std::string& thumbprint, TimePoint not_after, TimePoint now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(ends_, [&](const auto& entry) { return entry.second <= now; });
    if (not_after > now) ends_[thumbprint] = not_after;
  }

  /// Contains returns true if the certificate was given up.
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
