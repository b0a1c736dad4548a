// BindingCache: wraps steps 1 to 6.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "model/flow_types.h"

namespace msiv2::cache {

/// CachedBinding is a binding and the time at which its metadata was last read.
struct CachedBinding {
  std::shared_ptr<const Binding> binding;  ///< never null
  std::chrono::steady_clock::time_point metadata_read;
};

/// BindingCache caches one binding for each cache key: IMDS base, identity, attestation mode and allow-list.
/// Threads: all members may be called at the same time.
class BindingCache {
 public:
  /// Find returns the binding of `key`, or nullopt. The binding must have more than five minutes left at
  /// `now`, and its binding key must be at least as strong as `floor`.
  std::optional<CachedBinding> Find(const std::string& key, KeyTier floor,
                                    std::chrono::system_clock::time_point now) const;

  /// Put caches `binding` in place of the previous one, unless that is still usable at `now` and has a
  /// stronger key. It returns the replaced binding if that has another certificate, else null.
  std::shared_ptr<const Binding> Put(const std::string& key, CachedBinding binding,
                                     std::chrono::system_clock::time_point now);

  /// Replace caches `binding` in place of exactly `current`. If `current` is no longer cached, it changes
  /// nothing and returns false.
  bool Replace(const std::string& key, const Binding& current, CachedBinding binding);

  /// MetadataRead records that the metadata was read again at `when` and still names the same identity. It
  /// has no effect unless `binding` is still the current one.
  void MetadataRead(const std::string& key, const Binding& binding,
                    std::chrono::steady_clock::time_point when);

  /// Drop removes exactly this binding. A binding that replaced it in the meantime stays.
  void Drop(const std::string& key, const Binding& binding);

  /// Refuse drops this binding, because the token service refused it. Its thumbprint is remembered until it
  /// expires.
  void Refuse(const std::string& key, const Binding& binding, std::chrono::system_clock::time_point now);
  /// IsRefused returns true if a certificate with this thumbprint was refused.
  bool IsRefused(const std::string& key, const std::string& x5t_s256) const;
  /// Suspect drops this binding, because it may have been refused. The next mint should return another, but
  /// this one is acceptable if IMDS has no other.
  void Suspect(const std::string& key, const Binding& binding);
  /// MustBypass returns true if a certificate was refused or suspected since the last Put. IMDS may then
  /// still cache that certificate.
  bool MustBypass(const std::string& key) const;
  /// IsCurrent returns true if this binding is the cached one.
  bool IsCurrent(const std::string& key, const Binding& binding) const;

  /// Rest records that a mint that was not strictly needed failed. It must not be tried again before `until`.
  void Rest(const std::string& key, std::chrono::steady_clock::time_point until);
  bool Rests(const std::string& key, std::chrono::steady_clock::time_point now) const;

  /// NoteChallenge records that a certificate was minted for these claims of a resource. Only the latest
  /// hundred are remembered, so that ever new claims do not fill the memory.
  void NoteChallenge(const std::string& key, const std::string& claims);
  /// ChallengeMet returns true if NoteChallenge remembers these claims.
  bool ChallengeMet(const std::string& key, const std::string& claims) const;

  /// Generation grows whenever another binding, or none, may become current for some key.
  std::uint64_t Generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  struct Slot {
    std::optional<CachedBinding> current;
    std::map<std::string, std::chrono::system_clock::time_point> refused;  // thumbprint to expiry
    bool must_bypass = false;
    std::chrono::steady_clock::time_point rests_until{};
    std::deque<std::string> challenges;
  };
  const Slot* FindSlot(const std::string& key) const;
  Slot* Release(const std::string& key, const Binding& binding);

  mutable std::mutex mutex_;
  std::map<std::string, Slot> slots_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace msiv2::cache
