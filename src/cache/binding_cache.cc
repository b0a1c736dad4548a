#include "cache/binding_cache.h"

#include <algorithm>
#include <utility>

#include "model/lifetimes.h"

namespace msiv2::cache {
namespace {

constexpr std::size_t kMostChallenges = 100;

bool Serves(const CachedBinding& cached, std::chrono::system_clock::time_point now) {
  return cached.binding->certificate->not_after() > now + kExpiryMargin;
}

KeyTier Strength(const CachedBinding& cached) { return cached.binding->certificate->strength(); }

bool Holds(const std::optional<CachedBinding>& current, const Binding& binding) {
  return current && current->binding.get() == &binding;
}

}  // namespace

const BindingCache::Slot* BindingCache::FindSlot(const std::string& key) const {
  const auto slot = slots_.find(key);
  return slot == slots_.end() ? nullptr : &slot->second;
}

std::optional<CachedBinding> BindingCache::Find(const std::string& key, KeyTier floor,
                                                std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  if (slot == nullptr || !slot->current) return std::nullopt;
  if (!Serves(*slot->current, now) || Strength(*slot->current) < floor) return std::nullopt;
  return slot->current;
}

std::shared_ptr<const Binding> BindingCache::Put(const std::string& key, CachedBinding binding,
                                                 std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  Slot& slot = slots_[key];
  slot.must_bypass = false;
  ++generation_;
  const bool stronger_serves =
      slot.current && Serves(*slot.current, now) && Strength(*slot.current) > Strength(binding);
  if (stronger_serves) return nullptr;
  const std::string& thumbprint = binding.binding->certificate->x5t_s256();
  const bool is_other = slot.current && slot.current->binding->certificate->x5t_s256() != thumbprint;
  auto before = is_other ? slot.current->binding : nullptr;
  slot.current = std::move(binding);
  return before;
}

bool BindingCache::Replace(const std::string& key, const Binding& current, CachedBinding binding) {
  std::lock_guard lock(mutex_);
  Slot* released = Release(key, current);
  if (released == nullptr) return false;
  released->current = std::move(binding);
  return true;
}

void BindingCache::MetadataRead(const std::string& key, const Binding& binding,
                                std::chrono::steady_clock::time_point when) {
  std::lock_guard lock(mutex_);
  const auto slot = slots_.find(key);
  if (slot != slots_.end() && Holds(slot->second.current, binding))
    slot->second.current->metadata_read = when;
}

void BindingCache::Drop(const std::string& key, const Binding& binding) {
  std::lock_guard lock(mutex_);
  Release(key, binding);
}

/// Release drops `binding` and returns its slot if `binding` is the current one, else returns null. The
/// caller holds the lock.
BindingCache::Slot* BindingCache::Release(const std::string& key, const Binding& binding) {
  const auto slot = slots_.find(key);
  if (slot == slots_.end() || !Holds(slot->second.current, binding)) return nullptr;
  slot->second.current.reset();
  ++generation_;
  return &slot->second;
}

void BindingCache::Refuse(const std::string& key, const Binding& binding,
                          std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  Slot& slot = slots_[key];
  std::erase_if(slot.refused, [&](const auto& entry) { return entry.second <= now; });
  slot.refused.emplace(binding.certificate->x5t_s256(), binding.certificate->not_after());
  // A call that still used an older certificate says nothing about the current one.
  if (Slot* released = Release(key, binding)) released->must_bypass = true;
}

void BindingCache::Suspect(const std::string& key, const Binding& binding) {
  std::lock_guard lock(mutex_);
  if (Slot* released = Release(key, binding)) released->must_bypass = true;
}

bool BindingCache::IsCurrent(const std::string& key, const Binding& binding) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  return slot != nullptr && Holds(slot->current, binding);
}

void BindingCache::Rest(const std::string& key, std::chrono::steady_clock::time_point until) {
  std::lock_guard lock(mutex_);
  slots_[key].rests_until = until;
}

bool BindingCache::Rests(const std::string& key, std::chrono::steady_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  return slot != nullptr && now < slot->rests_until;
}

bool BindingCache::IsRefused(const std::string& key, const std::string& x5t_s256) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  return slot != nullptr && slot->refused.contains(x5t_s256);
}

bool BindingCache::MustBypass(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  return slot != nullptr && slot->must_bypass;
}

void BindingCache::NoteChallenge(const std::string& key, const std::string& claims) {
  std::lock_guard lock(mutex_);
  auto& challenges = slots_[key].challenges;
  challenges.push_back(claims);
  if (challenges.size() > kMostChallenges) challenges.pop_front();
}

bool BindingCache::ChallengeMet(const std::string& key, const std::string& claims) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = FindSlot(key);
  return slot != nullptr &&
         std::find(slot->challenges.begin(), slot->challenges.end(), claims) != slot->challenges.end();
}

}  // namespace msiv2::cache
