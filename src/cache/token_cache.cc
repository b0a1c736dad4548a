#include "cache/token_cache.h"

#include <algorithm>
#include <utility>

#include "model/lifetimes.h"

namespace msiv2::cache {

std::shared_ptr<const AccessToken> TokenCache::Find(const std::string& key,
                                                    std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const auto entry = tokens_.find(key);
  if (entry == tokens_.end() || entry->second->expires_on <= now + kExpiryMargin) return nullptr;
  return entry->second;
}

void TokenCache::Put(const std::string& key, std::shared_ptr<const AccessToken> token,
                     std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second->expires_on <= now; });
  tokens_.insert_or_assign(key, std::move(token));
  if (tokens_.size() <= kMostTokens) return;
  tokens_.erase(std::min_element(tokens_.begin(), tokens_.end(), [](const auto& a, const auto& b) {
    return a.second->expires_on < b.second->expires_on;
  }));
}

}  // namespace msiv2::cache
