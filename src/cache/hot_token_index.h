// HotTokenIndex: the answers that a client repeats without a plan, a key or an allocation.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/unset_variable.h"
#include "cache/token_cache.h"
#include "msiv2/token.h"

namespace msiv2::cache {

/// HotToken is an answer, and what it is valid for. It does not keep the token alive: the token cache does.
struct HotToken {
  std::weak_ptr<const CachedToken> cached{};      ///< TokenCache::Handle of this thread's shard
  std::uint64_t generation = 0;                   ///< of the caches, read before they returned this answer
  std::chrono::system_clock::time_point until{};  ///< usable only before this time
  /// Of MSI v2: usable only while the kill switch is still unset. Null for MSI v1, and if the switch is
  /// asked.
  std::shared_ptr<const UnsetVariable> kill_switch{};
  bool asks_kill_switch = false;  ///< usable only if the caller reads the kill switch, and finds it off
};

/// HotAnswer is an answer that was found.
struct HotAnswer {
  CachedTokenPtr cached;          ///< null if there is none
  bool asks_kill_switch = false;  ///< of HotToken
};

/// Present is what decides whether an answer is still valid.
struct Present {
  std::uint64_t generation = 0;  ///< of the caches
  std::chrono::system_clock::time_point now;
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

  /// Find returns the answer of `request` if it is valid at `present`. It allocates nothing. The newest
  /// answer of a shard is found without a hash.
  HotAnswer Find(const TokenRequest& request, const Present& present) const noexcept {
    return shards_[ShardOfThisThread()].Find(request, present);
  }

  /// ShardOfThisThread returns the shard that is assigned to the calling thread, below kShards.
  static std::size_t ShardOfThisThread() noexcept {
    return (number_of_shard_ == 0 ? AssignShard() : number_of_shard_) - 1;
  }
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
    HotAnswer Find(const TokenRequest& request, const Present& present) const noexcept;
    HotAnswer FindInTable(const TokenRequest& request, const Present& present) const noexcept;

    // The answer that was put last. The flag is a lock that no call waits for: a call that finds it taken
    // asks the table.
    mutable std::atomic_flag newest_is_used;
    TokenRequest newest_request;
    HotToken newest;
    mutable std::mutex mutex;
    std::unordered_map<TokenRequest, HotToken, RequestHash, RequestEqual> entries;
  };
  static std::size_t AssignShard() noexcept;

  static constinit thread_local std::size_t number_of_shard_;  // from 1; 0: not assigned yet
  std::array<Shard, kShards> shards_;
};

}  // namespace msiv2::cache
