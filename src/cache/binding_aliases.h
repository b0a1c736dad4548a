// BindingAliases: several ways to address one identity.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace msiv2::cache {

/// BindingAliases knows which binding keys name the same identity: a user-assigned identity can be asked for
/// by client id, object id or resource id, and is one identity with one certificate once IMDS has named it.
/// Threads: all members may be called at the same time.
class BindingAliases {
 public:
  /// Resolve returns the key under which the binding of `asked` is kept: `asked` itself unless it was joined.
  std::string Resolve(const std::string& asked) const {
    std::lock_guard lock(mutex_);
    const auto joined = joined_.find(asked);
    return joined == joined_.end() ? asked : joined->second;
  }

  /// Own notes that `key` keeps the binding of `identity`, and returns the key that does: the first to be
  /// noted.
  std::string Own(const std::string& identity, const std::string& key) {
    std::lock_guard lock(mutex_);
    return owners_.try_emplace(identity, key).first->second;
  }

  /// Owner returns the key that keeps the binding of `identity`, or an empty text.
  std::string Owner(const std::string& identity) const {
    std::lock_guard lock(mutex_);
    const auto owner = owners_.find(identity);
    return owner == owners_.end() ? std::string() : owner->second;
  }

  /// Join makes `asked` resolve to `key`.
  void Join(const std::string& asked, const std::string& key) {
    std::lock_guard lock(mutex_);
    if (asked != key) joined_[asked] = key;
  }

  /// Leave makes `asked` resolve to itself: its id names another identity now.
  void Leave(const std::string& asked) {
    std::lock_guard lock(mutex_);
    joined_.erase(asked);
  }

  /// Disown forgets that `key` keeps the binding of any identity.
  void Disown(const std::string& key) {
    std::lock_guard lock(mutex_);
    std::erase_if(owners_, [&](const auto& entry) { return entry.second == key; });
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> joined_;  // asked to owner
  std::map<std::string, std::string> owners_;  // identity to owner
};

}  // namespace msiv2::cache
