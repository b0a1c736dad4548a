// WarmTokens: the answers that a client repeats without a plan, a key or an allocation.
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

/// WarmToken is an answer and the time for which it is valid. It does not keep the token alive: the token
/// cache does.
struct WarmToken {
  std::weak_ptr<const CachedToken> cached;      ///< TokenCache::Handle of this thread's stripe
  std::uint64_t generation = 0;                 ///< of the caches, read before they returned this answer
  std::chrono::system_clock::time_point until;  ///< usable only before this time
};

/// WarmTokens finds the answer of a request that was answered before, by the fields of the request alone. It
/// is not a cache of its own: an entry is valid only while the caches behind it are unchanged.
///
/// Threads: all members may be called at the same time. Each thread is assigned to a stripe. Stripes share
/// nothing, so that calls scale. A stripe's lock is held for a look-up or an insertion by a caller, never by
/// a renewal.
class WarmTokens {
 public:
  /// kMostEntries is the maximum number of requests in a stripe. One more clears the stripe first.
  static constexpr std::size_t kMostEntries = 256;

  /// Find returns the answer of `request` if it is valid for caches of this `generation` at `now`, else null.
  /// It allocates nothing.
  CachedTokenPtr Find(const TokenRequest& request, std::uint64_t generation,
                      std::chrono::system_clock::time_point now) const;

  /// StripeOfThisThread returns the stripe that is assigned to the calling thread, below kStripes.
  static std::size_t StripeOfThisThread() noexcept;
  static constexpr std::size_t kStripes = 16;

  /// Put stores the answer of `request` in this thread's stripe.
  void Put(const TokenRequest& request, WarmToken answer);

 private:
  struct RequestHash {
    std::size_t operator()(const TokenRequest& request) const noexcept;
  };
  struct RequestEqual {
    bool operator()(const TokenRequest& a, const TokenRequest& b) const noexcept;
  };
  struct alignas(64) Stripe {  // on a cache line of its own
    mutable std::mutex mutex;
    std::unordered_map<TokenRequest, WarmToken, RequestHash, RequestEqual> entries;
  };
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace msiv2::cache
