#include "cache/hot_token_index.h"

#include <atomic>
#include <functional>
#include <string_view>
#include <utility>

namespace msiv2::cache {
namespace {

unsigned Flags(const TokenRequest& request) noexcept {
  // A new field does not compile here. It belongs into the flags, or into hash and comparison below.
  const auto& [resource, pop, attested, unattested, over_mtls, minimum, claims, forced, rejected] = request;
  return (pop ? 1U : 0U) | (attested ? 2U : 0U) | (unattested ? 4U : 0U) | (over_mtls ? 8U : 0U) |
         (forced ? 16U : 0U) | (static_cast<unsigned>(minimum) << 5U);
}

}  // namespace

std::size_t HotTokenIndex::RequestHash::operator()(const TokenRequest& request) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(request.resource) * 31 + (request.claims.empty() ? 0 : hash(request.claims)) * 7 +
         Flags(request);
}

bool HotTokenIndex::RequestEqual::operator()(const TokenRequest& a, const TokenRequest& b) const noexcept {
  return Flags(a) == Flags(b) && a.resource == b.resource && a.claims == b.claims &&
         a.rejected_token_sha256 == b.rejected_token_sha256;
}

std::size_t HotTokenIndex::ShardOfThisThread() noexcept {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t shard = next.fetch_add(1, std::memory_order_relaxed) % kShards;
  return shard;
}

CachedTokenPtr HotTokenIndex::Find(const TokenRequest& request, std::uint64_t generation,
                                   std::chrono::system_clock::time_point now) const {
  const Shard& shard = shards_.at(ShardOfThisThread());
  std::lock_guard lock(shard.mutex);
  const auto entry = shard.entries.find(request);
  if (entry == shard.entries.end()) return nullptr;
  const HotToken& answer = entry->second;
  return answer.generation == generation && now < answer.until ? answer.cached.lock() : nullptr;
}

void HotTokenIndex::Put(const TokenRequest& request, HotToken answer) {
  Shard& shard = shards_.at(ShardOfThisThread());
  std::lock_guard lock(shard.mutex);
  if (shard.entries.size() >= kMostEntries) shard.entries.clear();
  shard.entries.insert_or_assign(request, std::move(answer));
}

}  // namespace msiv2::cache
