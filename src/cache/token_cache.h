// TokenCache: wraps step 7.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/flow_types.h"

namespace msiv2::cache {

/// CachedToken is a token, the binding it was fetched with, and what it takes to ask for it again. Shared and
/// immutable, but for the note that it is used.
struct CachedToken {
  std::shared_ptr<const AccessToken> token;  ///< never null
  std::shared_ptr<const Binding> binding;    ///< null for a token of MSI v1 only
  TokenSpec spec;
  std::chrono::steady_clock::time_point asked_at{};  ///< MSI v1: when its request began
  mutable std::atomic<bool> used{true};  ///< by a call, since it was fetched; the call that fetched it counts

  /// NoteUse says that a call was answered with it. Written once only, so that callers do not fight for it.
  void NoteUse() const noexcept {
    if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  }
};

using CachedTokenPtr = std::shared_ptr<const CachedToken>;

/// ServesUntil returns until when `cached` may be handed out: five minutes before it or its certificate ends.
std::chrono::system_clock::time_point ServesUntil(const CachedToken& cached);

/// TokenCache keeps issued tokens by their binding: hash of the whole leaf, token type, tenant, resource,
/// floor, claims and capabilities. So a token is never served without the certificate it is bound to. Tokens
/// of MSI v1 are kept by their source, its endpoint, identity, resource, claims and capabilities. Threads:
/// all members may be called at the same time.
class TokenCache {
 public:
  /// kMostTokens is how many tokens are kept; one more takes the place of the one that ends first. Claims
  /// make a key of their own, so a resource that asks for ever new ones must not fill the memory.
  static constexpr std::size_t kMostTokens = 1000;

  /// Find returns the token of `key` that has more than five minutes left at `now`, or null.
  CachedTokenPtr Find(const std::string& key, std::chrono::system_clock::time_point now) const;

  /// Put keeps `token` and drops those that have ended by `now`.
  void Put(const std::string& key, CachedTokenPtr token, std::chrono::system_clock::time_point now);

  /// Holds tells whether exactly this token is the one kept for `key`.
  bool Holds(const std::string& key, const CachedToken& token) const;

  /// Handle returns a pointer to this token, if it is the one kept for `key`, else null. Pointers of
  /// different `group`s count their users apart, so that threads which use them do not fight for one counter;
  /// the cache owns them and drops them with the token.
  CachedTokenPtr Handle(const std::string& key, const CachedToken& token, std::size_t group);

  /// OfCertificate returns what the tokens of this certificate that still serve at `now` were asked for.
  std::vector<TokenSpec> OfCertificate(const std::string& x5t_s256,
                                       std::chrono::system_clock::time_point now) const;
  /// DropOfCertificate forgets every token of this certificate; whoever holds one may go on using it.
  void DropOfCertificate(const std::string& x5t_s256);

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
