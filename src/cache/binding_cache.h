// BindingCache: wraps steps 1 to 6.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "model/flow_types.h"

namespace msiv2::cache {

/// CachedBinding is a binding and when its metadata was last read.
struct CachedBinding {
  std::shared_ptr<const Binding> binding;  ///< never null
  std::chrono::steady_clock::time_point metadata_read;
};

/// BindingCache keeps one binding for each key: IMDS base, identity, attestation mode and allow-list.
/// Threads: all members may be called at the same time.
class BindingCache {
 public:
  /// Find returns the binding of `key` that has more than five minutes left at `now` and whose key is at
  /// least as strong as `floor`.
  std::optional<CachedBinding> Find(const std::string& key, KeyTier floor,
                                    std::chrono::system_clock::time_point now) const;

  /// Put keeps `binding` in place of the one before, unless that one still serves at `now` with a stronger
  /// key.
  void Put(const std::string& key, CachedBinding binding, std::chrono::system_clock::time_point now);

  /// MetadataRead notes that the metadata was read again at `when` and still names the same identity. Does
  /// nothing when the binding is no longer the one that was checked.
  void MetadataRead(const std::string& key, const Binding& binding,
                    std::chrono::steady_clock::time_point when);

  /// Drop forgets exactly this binding; one that replaced it in the meantime stays.
  void Drop(const std::string& key, const Binding& binding);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, CachedBinding> bindings_;
};

}  // namespace msiv2::cache
