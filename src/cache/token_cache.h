// TokenCache: wraps step 7.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "msiv2/token.h"

namespace msiv2::cache {

/// TokenCache keeps issued tokens by their binding: hash of the whole leaf, token type, tenant, resource,
/// floor, claims and capabilities. So a token is never served without the certificate it is bound to.
/// Threads: all members may be called at the same time.
class TokenCache {
 public:
  /// kMostTokens is how many tokens are kept; one more takes the place of the one that ends first. Claims
  /// make a key of their own, so a resource that asks for ever new ones must not fill the memory.
  static constexpr std::size_t kMostTokens = 1000;

  /// Find returns the token of `key` that has more than five minutes left at `now`, or null.
  std::shared_ptr<const AccessToken> Find(const std::string& key,
                                          std::chrono::system_clock::time_point now) const;

  /// Put keeps `token` and drops those that have ended by `now`.
  void Put(const std::string& key, std::shared_ptr<const AccessToken> token,
           std::chrono::system_clock::time_point now);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const AccessToken>> tokens_;
};

}  // namespace msiv2::cache
