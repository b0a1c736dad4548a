// TokenCache: wraps step 7.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/flow_types.h"

namespace msiv2::cache {

/// CachedToken is a token, the binding it was fetched with, and what is needed to request it again. It is
/// shared and immutable, except for the mark that it is used.
struct CachedToken {
  std::shared_ptr<const AccessToken> token;  ///< never null
  std::shared_ptr<const Binding> binding;    ///< null only for an MSI v1 token
  TokenSpec spec;
  std::chrono::steady_clock::time_point asked_at{};  ///< MSI v1: when its request began
  mutable std::atomic<bool> used{true};  ///< by a call since it was fetched; the fetching call counts

  /// NoteUse records that a call was answered with this token. It writes only once, so that callers do not
  /// contend.
  void NoteUse() const noexcept {
    if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  }
};

using CachedTokenPtr = std::shared_ptr<const CachedToken>;

/// ServesUntil returns the time until which `cached` may be returned. This is five minutes before the token
/// or its certificate expires.
std::chrono::system_clock::time_point ServesUntil(const CachedToken& cached);

/// TokenCache caches issued tokens by their binding: hash of the whole leaf, token type, tenant, resource,
/// minimum, claims and capabilities. So a token is never returned without the certificate that it is bound
/// to. MSI v1 tokens are cached by source, endpoint, identity, resource, claims and capabilities.
///
/// Threads: all members may be called at the same time.
class TokenCache {
 public:
  /// kMostTokens is the maximum number of cached tokens. One more evicts the token that expires first. Claims
  /// are part of the cache key, so a resource that asks for ever new ones must not fill the memory.
  static constexpr std::size_t kMostTokens = 1000;

  /// Find returns the token of `key` that has more than five minutes left at `now`, or null.
  CachedTokenPtr Find(const std::string& key, std::chrono::system_clock::time_point now) const;

  /// Put caches `token` and drops the tokens that have expired by `now`.
  void Put(const std::string& key, CachedTokenPtr token, std::chrono::system_clock::time_point now);

  /// Holds returns true if exactly this token is cached for `key`.
  bool Holds(const std::string& key, const CachedToken& token) const;

  /// Handle returns a pointer to this token if it is cached for `key`, else null. Pointers of different
  /// `group`s have separate reference counts, so that threads that use them do not contend for one counter.
  /// The cache owns the pointers and drops them with the token.
  CachedTokenPtr Handle(const std::string& key, const CachedToken& token, std::size_t group);

  /// OfCertificate returns the specs of those tokens of this certificate that are still usable at `now`.
  std::vector<TokenSpec> OfCertificate(const std::string& x5t_s256,
                                       std::chrono::system_clock::time_point now) const;
  /// DropOfCertificate drops every token of this certificate. A caller that holds one may continue to use it.
  void DropOfCertificate(const std::string& x5t_s256);

  /// DropIf drops every token for which `is_unwanted` returns true.
  void DropIf(const std::function<bool(const AccessToken&)>& is_unwanted);

  /// Generation grows whenever another token may be the answer for some key.
  std::uint64_t Generation() const noexcept { return generation_.load(std::memory_order_acquire); }

 private:
  struct Entry {
    CachedTokenPtr token;
    std::map<std::size_t, CachedTokenPtr> handles;  // by group
  };

  mutable std::mutex mutex_;
  std::map<std::string, Entry> tokens_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace msiv2::cache
