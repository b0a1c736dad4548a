// WarmTokens: the answers that a client gives again without a plan, a key or an allocation.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "cache/token_cache.h"
#include "msiv2/token.h"

namespace msiv2::cache {

/// WarmToken is an answer and how long it is one. It does not keep the token alive: the token cache does.
struct WarmToken {
  std::weak_ptr<const CachedToken> cached;      ///< TokenCache::Handle of this thread's stripe
  std::uint64_t generation = 0;                 ///< of the caches, read before they gave this answer
  std::chrono::system_clock::time_point until;  ///< it serves before this time only
};

/// WarmTokens finds the answer of a request that was answered before, by the words of the request alone. It
/// is no cache of its own: an entry is good only while the caches behind it have not changed since.
///
/// Threads: all members may be called at the same time. Threads are dealt to stripes that share nothing, so
/// that calls scale; a stripe's lock is held for a look-up or an insertion by a caller, never by a renewal.
class WarmTokens {
 public:
  /// kMostEntries is how many requests a stripe remembers; one more and it starts afresh.
  static constexpr std::size_t kMostEntries = 256;

  /// Find returns the answer of `request` for caches of this `generation` at `now`, or null. It allocates
  /// nothing.
  CachedTokenPtr Find(const TokenRequest& request, std::uint64_t generation,
                      std::chrono::system_clock::time_point now) const;

  /// StripeOfThisThread returns the stripe that the calling thread was dealt, below kStripes.
  static std::size_t StripeOfThisThread() noexcept;
  static constexpr std::size_t kStripes = 16;

  /// Put remembers the answer of `request` on this thread's stripe.
  void Put(const TokenRequest& request, WarmToken answer);

 private:
  struct RequestHash {
    std::size_t operator()(const TokenRequest& request) const noexcept;
  };
  struct RequestEqual {
    bool operator()(const TokenRequest& a, const TokenRequest& b) const noexcept;
  };
  struct alignas(64) Stripe {  // a cache line of its own
    mutable std::mutex mutex;
    std::unordered_map<TokenRequest, WarmToken, RequestHash, RequestEqual> entries;
  };
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace msiv2::cache
