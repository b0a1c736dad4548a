#include "certificates/certificate_cache.h"

#include <algorithm>
#include <utility>

#include "keys/watched_key.h"
#include "model/lifetimes.h"

namespace msiv2::certificates {
namespace {

constexpr std::size_t kMostChallenges = 100;
constexpr int kDoubtsOfASuspect = 3;
constexpr std::chrono::minutes kTrialInterval{10};

bool IsUsable(const std::optional<CachedBinding>& cached, KeyStrength minimum,
              std::chrono::system_clock::time_point now) {
  return cached && cached->binding->certificate->not_after() > now + kExpiryMargin &&
         cached->binding->certificate->strength() >= minimum;
}

bool Holds(const std::optional<CachedBinding>& current, const Binding& binding) {
  return current && current->binding.get() == &binding;
}

}  // namespace

// ---- slots ---------------------------------------------------------------------------------------------

const CertificateId& CertificateCache::Resolve(const CertificateId& id) const {
  const auto shared = shares_.find(id);
  return shared == shares_.end() ? id : shared->second;
}

const CertificateCache::Slot* CertificateCache::FindSlot(const CertificateId& id) const {
  const auto slot = slots_.find(Resolve(id));
  return slot == slots_.end() ? nullptr : &slot->second;
}

/// Release drops `binding` if it is the current one, and returns its slot then; else null.
CertificateCache::Slot* CertificateCache::Release(const CertificateId& id, const Binding& binding) {
  const auto slot = slots_.find(Resolve(id));
  if (slot == slots_.end() || !Holds(slot->second.current, binding)) return nullptr;
  slot->second.current.reset();
  ++generation_;
  return &slot->second;
}

void CertificateCache::SetCurrent(Slot& slot, CachedBinding cached) {
  slot.current = std::move(cached);
  slot.doubts = 0;
  slot.trial = nullptr;  // of the binding before
}

const CertificateId* CertificateCache::OwnerOf(const IssuedIdentity& identity) const {
  const auto owner = owners_.find(identity);
  return owner == owners_.end() ? nullptr : &owner->second;
}

/// SetOwner notes that the slot of `id` holds the binding of `identity` and of no other. Ids that shared the
/// slot for another identity leave it.
void CertificateCache::SetOwner(const IssuedIdentity& identity, const CertificateId& id) {
  const CertificateId* owner = OwnerOf(identity);
  if (owner != nullptr && *owner == id) return;
  ForgetOwner(id);
  owners_.insert_or_assign(identity, id);
  ++generation_;
}

void CertificateCache::ForgetOwner(const CertificateId& id) {
  std::erase_if(owners_, [&](const auto& entry) { return entry.second == id; });
  std::erase_if(shares_, [&](const auto& entry) { return entry.second == id; });
}

std::string CertificateCache::SlotKey(const CertificateId& id) const {
  std::lock_guard lock(mutex_);
  return Resolve(id).text();
}

// ---- the current binding -------------------------------------------------------------------------------

std::optional<CachedBinding> CertificateCache::Find(const CertificateId& id, KeyStrength minimum,
                                                    std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  if (slot == nullptr || !IsUsable(slot->current, minimum, now)) return std::nullopt;
  return slot->current;
}

bool CertificateCache::IsCurrent(const CertificateId& id, const Binding& binding) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  return slot != nullptr && Holds(slot->current, binding);
}

CertificateCache::PutResult CertificateCache::Put(const CertificateId& id, const IssuedIdentity& identity,
                                                  CachedBinding cached,
                                                  std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  const CertificateId* owner = OwnerOf(identity);
  if (Resolve(id) != id && (owner == nullptr || *owner != Resolve(id))) {
    shares_.erase(id);  // it names another identity now; the slot that it shared stays as it is
    ++generation_;
  }
  const CertificateId slot_id = Resolve(id);
  SetOwner(identity, slot_id);
  Slot& slot = slots_[slot_id];
  slot.must_bypass = false;
  ++generation_;
  const Binding& next = *cached.binding;
  const bool stronger_stays = IsUsable(slot.current, KeyStrength::kNone, now) &&
                              slot.current->binding->certificate->strength() > next.certificate->strength();
  if (stronger_stays) return {};
  PutResult result{.replaced = nullptr, .is_current = true};
  if (slot.current && slot.current->binding->certificate->x5t_s256() != next.certificate->x5t_s256()) {
    result.replaced = slot.current->binding;
  }
  SetCurrent(slot, std::move(cached));
  return result;
}

bool CertificateCache::Replace(const CertificateId& id, const Binding& current, CachedBinding next) {
  std::lock_guard lock(mutex_);
  Slot* released = Release(id, current);
  if (released == nullptr) return false;
  SetCurrent(*released, std::move(next));
  return true;
}

void CertificateCache::MetadataRead(const CertificateId& id, const Binding& binding,
                                    std::chrono::steady_clock::time_point when) {
  std::lock_guard lock(mutex_);
  const auto slot = slots_.find(Resolve(id));
  if (slot != slots_.end() && Holds(slot->second.current, binding)) {
    slot->second.current->metadata_read = when;
  }
}

// ---- ids of one identity -------------------------------------------------------------------------------

BindingPtr CertificateCache::Share(const CertificateId& id, const IssuedIdentity& identity,
                                   KeyStrength minimum, std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  const CertificateId* owner = OwnerOf(identity);
  if (owner == nullptr || *owner == id) return nullptr;
  const auto slot = slots_.find(*owner);
  if (slot == slots_.end() || !IsUsable(slot->second.current, minimum, now)) return nullptr;
  if (!identity.Has(*slot->second.current->binding)) return nullptr;
  shares_.insert_or_assign(id, *owner);
  ++generation_;
  return slot->second.current->binding;
}

bool CertificateCache::Separate(const CertificateId& id, const Binding& binding) {
  std::lock_guard lock(mutex_);
  ++generation_;
  if (shares_.erase(id) > 0) return false;
  ForgetOwner(id);
  Release(id, binding);
  SlotOf(id).prepared = nullptr;
  return true;
}

// ---- refusals ------------------------------------------------------------------------------------------

void CertificateCache::Refuse(const CertificateId& id, const Binding& binding,
                              std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  std::erase_if(slot.refused, [&](const auto& entry) { return entry.second <= now; });
  slot.refused.emplace(binding.certificate->x5t_s256(), binding.certificate->not_after());
  // A call that still held an older certificate says nothing about the current one.
  if (Slot* released = Release(id, binding)) released->must_bypass = true;
}

bool CertificateCache::IsRefused(const CertificateId& id, const std::string& x5t_s256) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  return slot != nullptr && slot->refused.contains(x5t_s256);
}

void CertificateCache::Suspect(const CertificateId& id, const Binding& binding) {
  std::lock_guard lock(mutex_);
  if (Slot* released = Release(id, binding)) released->must_bypass = true;
}

bool CertificateCache::MustBypass(const CertificateId& id) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  return slot != nullptr && slot->must_bypass;
}

// ---- doubts --------------------------------------------------------------------------------------------

bool CertificateCache::Doubt(const CertificateId& id, const Binding& binding) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  if (Holds(slot.current, binding) && slot.doubts < kDoubtsOfASuspect) ++slot.doubts;
  if (slot.prepared.get() != &binding || ++slot.prepared_doubts < kDoubtsOfASuspect) return false;
  slot.prepared = nullptr;
  slot.must_bypass = true;
  return true;
}

void CertificateCache::Trust(const CertificateId& id, const Binding& binding) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  if (Holds(slot.current, binding)) slot.doubts = 0;
}

bool CertificateCache::BeginTrial(const CertificateId& id, const Binding& binding,
                                  std::chrono::steady_clock::time_point now) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  if (!Holds(slot.current, binding) || slot.doubts < kDoubtsOfASuspect) return false;
  if (slot.trial_begun && now < *slot.trial_begun + kTrialInterval) return false;
  slot.trial_begun = now;
  return true;
}

void CertificateCache::SetTrial(const CertificateId& id, BindingPtr trial) {
  std::lock_guard lock(mutex_);
  SlotOf(id).trial = std::move(trial);
}

BindingPtr CertificateCache::AdoptTrial(const CertificateId& id, const BindingPtr& binding,
                                        std::chrono::steady_clock::time_point metadata_read) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  if (slot.trial != binding || !slot.current) return nullptr;
  slot.trial = nullptr;
  BindingPtr replaced = slot.current->binding;
  SetCurrent(slot, {binding, metadata_read});
  ++generation_;
  return replaced;
}

std::vector<BindingPtr> CertificateCache::DropOfKey(const SigningKey& key) {
  const auto has = [&](const BindingPtr& binding) {
    return binding && Unwatched(binding->certificate->key()).get() == &key;
  };
  std::vector<BindingPtr> dropped;
  std::lock_guard lock(mutex_);
  for (auto& [id, slot] : slots_) {
    if (has(slot.prepared)) slot.prepared = nullptr;
    if (!slot.current || !has(slot.current->binding)) continue;
    dropped.push_back(slot.current->binding);
    slot.current.reset();
  }
  if (!dropped.empty()) ++generation_;
  return dropped;
}

// ---- optional mints ------------------------------------------------------------------------------------

void CertificateCache::BackOff(const CertificateId& id, std::chrono::steady_clock::time_point until) {
  std::lock_guard lock(mutex_);
  SlotOf(id).backs_off_until = until;
}

bool CertificateCache::IsBackingOff(const CertificateId& id,
                                    std::chrono::steady_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  return slot != nullptr && now < slot->backs_off_until;
}

void CertificateCache::NoteChallenge(const CertificateId& id, const std::string& claims) {
  std::lock_guard lock(mutex_);
  auto& challenges = SlotOf(id).challenges;
  challenges.push_back(claims);
  if (challenges.size() > kMostChallenges) challenges.pop_front();
}

bool CertificateCache::IsChallengeMet(const CertificateId& id, const std::string& claims) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  return slot != nullptr &&
         std::find(slot->challenges.begin(), slot->challenges.end(), claims) != slot->challenges.end();
}

// ---- the next binding ----------------------------------------------------------------------------------

void CertificateCache::SetPrepared(const CertificateId& id, BindingPtr prepared) {
  std::lock_guard lock(mutex_);
  Slot& slot = SlotOf(id);
  slot.prepared = std::move(prepared);
  slot.prepared_doubts = 0;
}

BindingPtr CertificateCache::Prepared(const CertificateId& id,
                                      std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(id);
  const bool is_fresh = slot != nullptr && slot->prepared && slot->prepared->renew_at > now;
  return is_fresh ? slot->prepared : nullptr;
}

BindingPtr CertificateCache::TakePrepared(const CertificateId& id, const IssuedIdentity& identity,
                                          KeyStrength minimum, std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  const CertificateId* owner = OwnerOf(identity);
  if (owner == nullptr || *owner != id) return nullptr;
  Slot& slot = slots_[id];
  if (IsUsable(slot.current, minimum, now)) return nullptr;
  const bool fits = slot.prepared && slot.prepared->renew_at > now &&
                    slot.prepared->certificate->strength() >= minimum && identity.Has(*slot.prepared);
  return fits ? std::exchange(slot.prepared, nullptr) : nullptr;
}

BindingPtr CertificateCache::DropPrepared(const CertificateId& id) {
  std::lock_guard lock(mutex_);
  return std::exchange(SlotOf(id).prepared, nullptr);
}

}  // namespace msiv2::certificates
