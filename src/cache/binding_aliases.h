// BindingAliases: several ways to address one identity.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace msiv2::cache {

/// BindingAliases knows which cache keys name the same identity. A user-assigned identity can be requested by
/// client id, object id or resource id. Once IMDS has named it, it is one identity with one certificate.
///
/// Threads: all members may be called at the same time.
class BindingAliases {
 public:
  /// Resolve returns the cache key of the binding of `asked`: `asked` itself unless it was joined.
  std::string Resolve(const std::string& asked) const {
    std::lock_guard lock(mutex_);
    const auto joined = joined_.find(asked);
    return joined == joined_.end() ? asked : joined->second;
  }

  /// Own records that `key` owns the binding of `identity` and of no other. Keys that joined it for another
  /// identity resolve to themselves again.
  void Own(const std::string& identity, const std::string& key) {
    std::lock_guard lock(mutex_);
    const auto owner = owners_.find(identity);
    if (owner != owners_.end() && owner->second == key) return;
    Forget(key);
    owners_[identity] = key;
    ++generation_;
  }

  /// Owner returns the cache key that owns the binding of `identity`, or an empty text.
  std::string Owner(const std::string& identity) const {
    std::lock_guard lock(mutex_);
    const auto owner = owners_.find(identity);
    return owner == owners_.end() ? std::string() : owner->second;
  }

  /// Join makes `asked` resolve to `key`.
  void Join(const std::string& asked, const std::string& key) {
    std::lock_guard lock(mutex_);
    if (asked == key) return;
    joined_[asked] = key;
    ++generation_;
  }

  /// Leave makes `asked` resolve to itself, because its id now names another identity.
  void Leave(const std::string& asked) {
    std::lock_guard lock(mutex_);
    joined_.erase(asked);
    ++generation_;
  }

  /// Disown records that `key` no longer owns the binding of any identity. Keys that joined it resolve to
  /// themselves again.
  void Disown(const std::string& key) {
    std::lock_guard lock(mutex_);
    Forget(key);
    ++generation_;
  }

  /// Generation grows whenever a key may resolve to another key.
  std::uint64_t Generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  void Forget(const std::string& key) {
    std::erase_if(owners_, [&](const auto& entry) { return entry.second == key; });
    std::erase_if(joined_, [&](const auto& entry) { return entry.second == key; });
  }
  mutable std::mutex mutex_;
  std::map<std::string, std::string> joined_;  // asked to owner
  std::map<std::string, std::string> owners_;  // identity to owner
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace msiv2::cache
