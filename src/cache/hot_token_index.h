// HotTokenIndex: the answers that a client repeats without a plan, a key or an allocation.
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

/// HotToken is an answer and the time for which it is valid. It does not keep the token alive: the token
/// cache does.
struct HotToken {
  std::weak_ptr<const CachedToken> cached;      ///< TokenCache::Handle of this thread's shard
  std::uint64_t generation = 0;                 ///< of the caches, read before they returned this answer
  std::chrono::system_clock::time_point until;  ///< usable only before this time
};

/// HotTokenIndex finds the answer of a request that was answered before, by the fields of the request alone.
/// It is not a cache of its own: an entry is valid only while the caches behind it are unchanged.
///
/// Threads: all members may be called at the same time. Each thread is assigned to a shard. Shards share
/// nothing, so that calls scale. A shard's lock is held for a look-up or an insertion by a caller, never by
/// a renewal.
class HotTokenIndex {
 public:
  /// kMostEntries is the maximum number of requests in a shard. One more clears the shard first.
  static constexpr std::size_t kMostEntries = 256;

  /// Find returns the answer of `request` if it is valid for caches of this `generation` at `now`, else null.
  /// It allocates nothing.
  CachedTokenPtr Find(const TokenRequest& request, std::uint64_t generation,
                      std::chrono::system_clock::time_point now) const;

  /// ShardOfThisThread returns the shard that is assigned to the calling thread, below kShards.
  static std::size_t ShardOfThisThread() noexcept;
  static constexpr std::size_t kShards = 16;

  /// Put stores the answer of `request` in this thread's shard.
  void Put(const TokenRequest& request, HotToken answer);

 private:
  struct RequestHash {
    std::size_t operator()(const TokenRequest& request) const noexcept;
  };
  struct RequestEqual {
    bool operator()(const TokenRequest& a, const TokenRequest& b) const noexcept;
  };
  struct alignas(64) Shard {  // on a cache line of its own
    mutable std::mutex mutex;
    std::unordered_map<TokenRequest, HotToken, RequestHash, RequestEqual> entries;
  };
  std::array<Shard, kShards> shards_;
};

}  // namespace msiv2::cache
