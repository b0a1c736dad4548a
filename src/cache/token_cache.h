// TokenCache: wraps step 7.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/flow_types.h"

namespace msiv2::cache {

/// CachedToken is a token and what it takes to ask for it again.
struct CachedToken {
  std::shared_ptr<const AccessToken> token;  ///< never null
  std::string x5t_s256;                      ///< of the certificate it was fetched with
  TokenSpec spec;
};

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
  void Put(const std::string& key, CachedToken token, std::chrono::system_clock::time_point now);

  /// OfCertificate returns what the tokens of this certificate that still serve at `now` were asked for.
  std::vector<TokenSpec> OfCertificate(const std::string& x5t_s256,
                                       std::chrono::system_clock::time_point now) const;
  /// DropOfCertificate forgets every token of this certificate; whoever holds one may go on using it.
  void DropOfCertificate(const std::string& x5t_s256);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, CachedToken> tokens_;
};

}  // namespace msiv2::cache
