#include "cache/token_cache.h"

#include <algorithm>
#include <utility>

#include "model/lifetimes.h"

namespace msiv2::cache {
namespace {

bool IsOf(const CachedToken& cached, const std::string& x5t_s256) {
  return cached.binding != nullptr && cached.binding->certificate->x5t_s256() == x5t_s256;
}

// On cache lines of its own, with its count.
struct alignas(64) CountOfGroup {
  explicit CountOfGroup(CachedTokenPtr counted) : token(std::move(counted)) {}
  CachedTokenPtr token;
};

}  // namespace

std::chrono::system_clock::time_point ServesUntil(const CachedToken& cached) {
  if (cached.binding == nullptr) return cached.token->expires_on - kExpiryMargin;
  return std::min(cached.token->expires_on, cached.binding->certificate->not_after()) - kExpiryMargin;
}

CachedTokenPtr TokenCache::Find(const std::string& key, std::chrono::system_clock::time_point now) const {
  std::lock_guard lock(mutex_);
  const auto entry = tokens_.find(key);
  if (entry == tokens_.end()) return nullptr;
  const CachedTokenPtr& token = entry->second.token;
  return now < ServesUntil(*token) ? token : nullptr;
}

void TokenCache::Put(const std::string& key, CachedTokenPtr token,
                     std::chrono::system_clock::time_point now) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.token->token->expires_on <= now; });
  tokens_.insert_or_assign(key, Entry{std::move(token), {}});
  ++generation_;
  if (tokens_.size() <= kMostTokens) return;
  tokens_.erase(std::min_element(tokens_.begin(), tokens_.end(), [](const auto& a, const auto& b) {
    return a.second.token->token->expires_on < b.second.token->token->expires_on;
  }));
}

bool TokenCache::Holds(const std::string& key, const CachedToken& token) const {
  std::lock_guard lock(mutex_);
  const auto entry = tokens_.find(key);
  return entry != tokens_.end() && entry->second.token.get() == &token;
}

CachedTokenPtr TokenCache::Handle(const std::string& key, const CachedToken& token, std::size_t group) {
  std::lock_guard lock(mutex_);
  const auto entry = tokens_.find(key);
  if (entry == tokens_.end() || entry->second.token.get() != &token) return nullptr;
  CachedTokenPtr& handle = entry->second.handles[group];
  if (!handle) handle = CachedTokenPtr(std::make_shared<CountOfGroup>(entry->second.token), &token);
  return handle;
}

std::vector<TokenSpec> TokenCache::OfCertificate(const std::string& x5t_s256,
                                                 std::chrono::system_clock::time_point now) const {
  std::vector<TokenSpec> specs;
  std::lock_guard lock(mutex_);
  for (const auto& [key, entry] : tokens_) {
    const CachedToken& cached = *entry.token;
    if (IsOf(cached, x5t_s256) && now < ServesUntil(cached)) specs.push_back(cached.spec);
  }
  return specs;
}

void TokenCache::DropIf(const std::function<bool(const AccessToken&)>& is_unwanted) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return is_unwanted(*entry.second.token->token); });
  ++generation_;
}

void TokenCache::DropOfCertificate(const std::string& x5t_s256) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [&](const auto& entry) { return IsOf(*entry.second.token, x5t_s256); });
  ++generation_;
}

}  // namespace msiv2::cache
