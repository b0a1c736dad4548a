// The certificates in use, and what is known of those that are not.
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
#include <vector>

#include "certificates/certificate_id.h"
#include "model/flow_types.h"

namespace msiv2::certificates {

using BindingPtr = std::shared_ptr<const Binding>;

/// CachedBinding is a binding and when its metadata was last read.
struct CachedBinding {
  BindingPtr binding;  ///< never null
  std::chrono::steady_clock::time_point metadata_read;
};

/// CertificateCache stores at most one current binding for an identity, under every id that addresses it.
///
/// A user-assigned identity can be requested by client id, object id or resource id. Once IMDS has returned
/// the same ids for two of them, both share one slot. All members resolve the id that they are given to its
/// slot under the cache's lock. Callers hold SlotKey only as a text for the keys of flights and jobs. The
/// cache never looks up a slot by that text, so a slot that has changed meanwhile does no harm.
///
/// Threads: all members may be called at the same time.
class CertificateCache {
 public:
  // ---- the current binding ---------------------------------------------------------------------------

  /// Find returns the current binding of `id` if it can be used, else nullopt. It must have more than five
  /// minutes left at `now`, and a key at least as strong as `minimum`.
  std::optional<CachedBinding> Find(const CertificateId& id, KeyStrength minimum,
                                    std::chrono::system_clock::time_point now) const;

  /// IsCurrent returns true if exactly this binding is the current one.
  bool IsCurrent(const CertificateId& id, const Binding& binding) const;

  /// PutResult is what Put changed.
  struct PutResult {
    BindingPtr replaced;      ///< the other certificate whose place was taken; may be null
    bool is_current = false;  ///< false where a stronger binding stays in use
  };
  /// Put makes `cached` the binding of `id`, which IMDS issued for `identity`, unless the one in use at `now`
  /// has a stronger key. An id that shared the slot of another identity leaves it first.
  PutResult Put(const CertificateId& id, const IssuedIdentity& identity, CachedBinding cached,
                std::chrono::system_clock::time_point now);

  /// Replace makes `next` current in place of exactly `current`. It returns false, and changes nothing, if
  /// `current` is no longer the current binding.
  bool Replace(const CertificateId& id, const Binding& current, CachedBinding next);

  /// MetadataRead notes that the metadata was read at `when` and still names the same identity. It has no
  /// effect if `binding` is no longer the current one.
  void MetadataRead(const CertificateId& id, const Binding& binding,
                    std::chrono::steady_clock::time_point when);

  // ---- ids of one identity ---------------------------------------------------------------------------

  /// SlotKey returns a text that is equal for all ids that share a slot now. It is for the keys of flights
  /// and of jobs.
  std::string SlotKey(const CertificateId& id) const;

  /// Share makes `id` share the slot of `identity`, and returns the binding in it. It returns null and shares
  /// no slot if no other id holds a binding there that is at least `minimum` and valid at `now`.
  BindingPtr Share(const CertificateId& id, const IssuedIdentity& identity, KeyStrength minimum,
                   std::chrono::system_clock::time_point now);

  /// Separate notes that `id` names another identity than `binding` does. An id that shares a slot leaves
  /// it. Otherwise the slot is emptied and every other id leaves it; then it returns true.
  bool Separate(const CertificateId& id, const Binding& binding);

  // ---- refusals --------------------------------------------------------------------------------------

  /// Refuse drops this binding and remembers its thumbprint until it expires: the token service refused it.
  void Refuse(const CertificateId& id, const Binding& binding, std::chrono::system_clock::time_point now);
  /// IsRefused returns true if a certificate with this thumbprint was refused.
  bool IsRefused(const CertificateId& id, const std::string& x5t_s256) const;
  /// Suspect drops this binding, which may have been refused. The next mint asks for another one and accepts
  /// this one if IMDS has no other.
  void Suspect(const CertificateId& id, const Binding& binding);
  /// MustBypass returns true if a certificate was refused or suspected since the last Put: IMDS may still
  /// cache it.
  bool MustBypass(const CertificateId& id) const;

  // ---- doubts ----------------------------------------------------------------------------------------

  /// Doubt counts a failure that may be due to exactly this binding. Three in a row make it suspect. A
  /// prepared one is dropped then, and IMDS is asked for another one. It returns true if it dropped that one.
  bool Doubt(const CertificateId& id, const Binding& binding);
  /// Trust forgets the doubts about this binding: a token was issued for it.
  void Trust(const CertificateId& id, const Binding& binding);
  /// BeginTrial returns true if this binding is current and suspect, and no trial of another one began in the
  /// ten minutes before `now`. A trial begins then.
  bool BeginTrial(const CertificateId& id, const Binding& binding, std::chrono::steady_clock::time_point now);
  /// SetTrial stores the other binding, which is not current before it works.
  void SetTrial(const CertificateId& id, BindingPtr trial);
  /// AdoptTrial makes `binding` current if it is the one of the trial, and returns what it replaces; else
  /// null.
  BindingPtr AdoptTrial(const CertificateId& id, const BindingPtr& binding,
                        std::chrono::steady_clock::time_point metadata_read);

  /// DropOfKey removes every binding, current or prepared, whose key is `key` (Unwatched), and returns those
  /// that were current.
  std::vector<BindingPtr> DropOfKey(const SigningKey& key);

  // ---- optional mints --------------------------------------------------------------------------------

  /// BackOff notes that a mint that was not strictly needed failed. It is not tried again before `until`.
  void BackOff(const CertificateId& id, std::chrono::steady_clock::time_point until);
  bool IsBackingOff(const CertificateId& id, std::chrono::steady_clock::time_point now) const;

  /// NoteChallenge remembers that a certificate was minted for these claims of a resource. It remembers the
  /// latest hundred, so that ever new claims do not fill the memory.
  void NoteChallenge(const CertificateId& id, const std::string& claims);
  /// IsChallengeMet returns true if NoteChallenge remembers these claims.
  bool IsChallengeMet(const CertificateId& id, const std::string& claims) const;

  // ---- the next binding ------------------------------------------------------------------------------

  /// SetPrepared stores what a renewal minted, before it is published.
  void SetPrepared(const CertificateId& id, BindingPtr prepared);
  /// Prepared returns it, or null if there is none or it is itself due for renewal at `now`.
  BindingPtr Prepared(const CertificateId& id, std::chrono::system_clock::time_point now) const;
  /// TakePrepared returns what a renewal prepared for `identity` if that is the slot of `id`, and removes it;
  /// else null.
  BindingPtr TakePrepared(const CertificateId& id, const IssuedIdentity& identity, KeyStrength minimum,
                          std::chrono::system_clock::time_point now);
  /// DropPrepared removes what a renewal prepared, and returns it; null if there was none.
  BindingPtr DropPrepared(const CertificateId& id);

  /// Generation grows whenever another binding, or none, may be the answer for some id.
  std::uint64_t Generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  struct Slot {
    std::optional<CachedBinding> current;
    std::map<std::string, std::chrono::system_clock::time_point> refused;  // thumbprint to expiry
    bool must_bypass = false;
    std::chrono::steady_clock::time_point backs_off_until{};
    std::deque<std::string> challenges;
    BindingPtr prepared;
    int doubts = 0;           // about `current`, in a row
    int prepared_doubts = 0;  // about `prepared`
    std::optional<std::chrono::steady_clock::time_point> trial_begun;
    BindingPtr trial;
  };

  // The caller holds the lock, for all of these.
  const CertificateId& Resolve(const CertificateId& id) const;
  const Slot* FindSlot(const CertificateId& id) const;
  Slot& SlotOf(const CertificateId& id) { return slots_[Resolve(id)]; }
  Slot* Release(const CertificateId& id, const Binding& binding);
  static void SetCurrent(Slot& slot, CachedBinding cached);
  const CertificateId* OwnerOf(const IssuedIdentity& identity) const;
  void SetOwner(const IssuedIdentity& identity, const CertificateId& id);
  void ForgetOwner(const CertificateId& id);

  mutable std::mutex mutex_;
  std::map<CertificateId, Slot> slots_;
  std::map<CertificateId, CertificateId> shares_;  // an id, and the id whose slot it shares
  std::map<IssuedIdentity, CertificateId> owners_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace msiv2::certificates
