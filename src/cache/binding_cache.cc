#include "cache/binding_cache.h"

#include <utility>

#include "model/lifetimes.h"

namespace msiv2::cache {

std::optional<CachedBinding> BindingCache::Find(const std::string& key, KeyTier floor,
                                                std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const auto entry = bindings_.find(key);
  if (entry == bindings_.end()) return std::nullopt;
  const BindingCertificate& certificate = *entry->second.binding->certificate;
  if (certificate.not_after() <= now + kExpiryMargin || certificate.strength() < floor) return std::nullopt;
  return entry->second;
}

void BindingCache::Put(const std::string& key, CachedBinding binding,
                       std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  const auto entry = bindings_.find(key);
  if (entry != bindings_.end()) {
    const BindingCertificate& there = *entry->second.binding->certificate;
    const bool serves = there.not_after() > now + kExpiryMargin;
    if (serves && there.strength() > binding.binding->certificate->strength()) return;
  }
  bindings_.insert_or_assign(key, std::move(binding));
}

void BindingCache::MetadataRead(const std::string& key, const Binding& binding,
                                std::chrono::steady_clock::time_point when) {
  std::lock_guard lock(mutex_);
  const auto entry = bindings_.find(key);
  if (entry != bindings_.end() && entry->second.binding.get() == &binding) entry->second.metadata_read = when;
}

void BindingCache::Drop(const std::string& key, const Binding& binding) {
  std::lock_guard lock(mutex_);
  const auto entry = bindings_.find(key);
  if (entry != bindings_.end() && entry->second.binding.get() == &binding) bindings_.erase(entry);
}

}  // namespace msiv2::cache
