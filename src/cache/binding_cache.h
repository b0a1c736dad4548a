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
  /// key. It returns the other certificate whose place was taken, or null.
  std::shared_ptr<const Binding> Put(const std::string& key, CachedBinding binding,
                                     std::chrono::system_clock::time_point now);

  /// Replace keeps `binding` in place of exactly `current`; false, and nothing changes, when that one serves
  /// no longer.
  bool Replace(const std::string& key, const Binding& current, CachedBinding binding);

  /// MetadataRead notes that the metadata was read again at `when` and still names the same identity. Does
  /// nothing when the binding is no longer the one that was checked.
  void MetadataRead(const std::string& key, const Binding& binding,
                    std::chrono::steady_clock::time_point when);

  /// Drop forgets exactly this binding; one that replaced it in the meantime stays.
  void Drop(const std::string& key, const Binding& binding);

  /// Refuse drops this binding and remembers its thumbprint until its end: the token service refused it.
  void Refuse(const std::string& key, const Binding& binding, std::chrono::system_clock::time_point now);
  /// IsRefused tells whether a certificate with this thumbprint was refused.
  bool IsRefused(const std::string& key, const std::string& x5t_s256) const;
  /// Suspect drops this binding, which may have been refused: the next mint is to bring another, but this one
  /// will do where IMDS has no other.
  void Suspect(const std::string& key, const Binding& binding);
  /// MustBypass tells whether a certificate was refused or suspected since the last Put, so that IMDS may
  /// still keep it.
  bool MustBypass(const std::string& key) const;
  /// IsCurrent tells whether this binding is the one that serves.
  bool IsCurrent(const std::string& key, const Binding& binding) const;

  /// Rest notes that a mint that was not strictly needed failed, and is not to be tried before `until`.
  void Rest(const std::string& key, std::chrono::steady_clock::time_point until);
  bool Rests(const std::string& key, std::chrono::steady_clock::time_point now) const;

  /// NoteChallenge remembers that a certificate was minted for these claims of a resource. Of the latest
  /// hundred, so that ever new claims do not fill the memory.
  void NoteChallenge(const std::string& key, const std::string& claims);
  /// ChallengeMet tells whether NoteChallenge remembers these claims.
  bool ChallengeMet(const std::string& key, const std::string& claims) const;

  /// Generation grows whenever another binding, or none, may serve for some key.
  std::uint64_t Generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  struct Slot {
    std::optional<CachedBinding> current;
    std::map<std::string, std::chrono::system_clock::time_point> refused;  // thumbprint to end
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
