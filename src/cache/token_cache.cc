#include "cache/token_cache.h"

#include <algorithm>
#include <utility>

#include "model/lifetimes.h"

namespace msiv2::cache {
namespace {

bool Serves(const CachedToken& cached, std::chrono::system_clock::time_point now) {
  return cached.token->expires_on > now + kExpiryMargin;
}

}  // namespace

std::shared_ptr<const AccessToken> TokenCache::Find(const std::string& key,
                                                    std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const auto entry = tokens_.find(key);
  return entry != tokens_.end() && Serves(entry->second, now) ? entry->second.token : nullptr;
}

void TokenCache::Put(const std::string& key, CachedToken token, std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.token->expires_on <= now; });
  tokens_.insert_or_assign(key, std::move(token));
  if (tokens_.size() <= kMostTokens) return;
  tokens_.erase(std::min_element(tokens_.begin(), tokens_.end(), [](const auto& a, const auto& b) {
    return a.second.token->expires_on < b.second.token->expires_on;
  }));
}

std::vector<TokenSpec> TokenCache::OfCertificate(const std::string& x5t_s256,
                                                 std::chrono::system_clock::time_point now) const {
  std::vector<TokenSpec> specs;
  std::lock_guard lock(mutex_);
  for (const auto& [key, cached] : tokens_) {
    if (cached.x5t_s256 == x5t_s256 && Serves(cached, now)) specs.push_back(cached.spec);
  }
  return specs;
}

void TokenCache::DropOfCertificate(const std::string& x5t_s256) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.x5t_s256 == x5t_s256; });
}

}  // namespace msiv2::cache
