#include "cache/hot_token_index.h"

#include <atomic>
#include <functional>
#include <string_view>
#include <utility>

namespace msiv2::cache {
namespace {

unsigned Flags(const TokenRequest& request) noexcept {
  // A new field does not compile here. It belongs into the flags or into the hash, and into the comparison.
  const auto& [resource, pop, attested, unattested, over_mtls, minimum, claims, forced, rejected] = request;
  return (pop ? 1U : 0U) | (attested ? 2U : 0U) | (unattested ? 4U : 0U) | (over_mtls ? 8U : 0U) |
         (forced ? 16U : 0U) | (static_cast<unsigned>(minimum) << 5U);
}

// A function of this file alone. A defaulted operator== costs a hit 12 instructions more, RequestEqual
// itself 17.
bool AreSame(const TokenRequest& a, const TokenRequest& b) noexcept {
  return a.mtls_proof_of_possession == b.mtls_proof_of_possession &&
         a.with_attestation_support == b.with_attestation_support &&
         a.allow_unattested == b.allow_unattested && a.request_over_mtls == b.request_over_mtls &&
         a.minimum_strength == b.minimum_strength && a.force_refresh == b.force_refresh &&
         a.resource == b.resource && a.claims == b.claims &&
         a.rejected_token_sha256 == b.rejected_token_sha256;
}

bool IsValid(const HotToken& answer, const Present& present) noexcept {
  return answer.generation == present.generation && present.now < answer.until &&
         (answer.kill_switch == nullptr || answer.kill_switch->IsStillUnset());
}

// Clears a flag that was taken.
class Release {
 public:
  explicit Release(std::atomic_flag& flag) noexcept : flag_(flag) {}
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;
  ~Release() { flag_.clear(std::memory_order_release); }

 private:
  std::atomic_flag& flag_;
};

}  // namespace

std::size_t HotTokenIndex::RequestHash::operator()(const TokenRequest& request) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(request.resource) * 31 + (request.claims.empty() ? 0 : hash(request.claims)) * 7 +
         Flags(request);
}

bool HotTokenIndex::RequestEqual::operator()(const TokenRequest& a, const TokenRequest& b) const noexcept {
  return AreSame(a, b);
}

constinit thread_local std::size_t HotTokenIndex::number_of_shard_ = 0;

std::size_t HotTokenIndex::AssignShard() noexcept {
  static constinit std::atomic<std::size_t> next{0};
  return number_of_shard_ = next.fetch_add(1, std::memory_order_relaxed) % kShards + 1;
}

HotAnswer HotTokenIndex::Shard::Find(const TokenRequest& request, const Present& present) const noexcept {
  if (!newest_is_used.test_and_set(std::memory_order_acquire)) {
    const Release release(newest_is_used);
    if (AreSame(newest_request, request) && IsValid(newest, present))
      return {newest.cached.lock(), newest.asks_kill_switch};
  }
  return FindInTable(request, present);
}

HotAnswer HotTokenIndex::Shard::FindInTable(const TokenRequest& request,
                                            const Present& present) const noexcept {
  std::lock_guard lock(mutex);
  const auto entry = entries.find(request);
  if (entry == entries.end() || !IsValid(entry->second, present)) return {};
  return {entry->second.cached.lock(), entry->second.asks_kill_switch};
}

void HotTokenIndex::Put(const TokenRequest& request, HotToken answer) {
  Shard& shard = shards_[ShardOfThisThread()];
  {
    std::lock_guard lock(shard.mutex);
    if (shard.entries.size() >= kMostEntries) shard.entries.clear();
    shard.entries.insert_or_assign(request, answer);
  }
  TokenRequest copy = request;  // before the flag is taken, since it may throw
  if (shard.newest_is_used.test_and_set(std::memory_order_acquire)) return;
  const Release release(shard.newest_is_used);
  shard.newest_request = std::move(copy);
  shard.newest = std::move(answer);
}

}  // namespace msiv2::cache
