#include "cache/warm_tokens.h"

#include <atomic>
#include <functional>
#include <string_view>
#include <utility>

namespace msiv2::cache {
namespace {

unsigned Flags(const TokenRequest& request) noexcept {
  return (request.mtls_proof_of_possession ? 1U : 0U) | (request.with_attestation_support ? 2U : 0U) |
         (request.allow_unattested ? 4U : 0U) | (request.request_over_mtls ? 8U : 0U) |
         (request.force_refresh ? 16U : 0U) | (static_cast<unsigned>(request.minimum_strength) << 5U);
}

}  // namespace

std::size_t WarmTokens::RequestHash::operator()(const TokenRequest& request) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(request.resource) * 31 + (request.claims.empty() ? 0 : hash(request.claims)) * 7 +
         Flags(request);
}

bool WarmTokens::RequestEqual::operator()(const TokenRequest& a, const TokenRequest& b) const noexcept {
  return Flags(a) == Flags(b) && a.resource == b.resource && a.claims == b.claims;
}

std::size_t WarmTokens::StripeOfThisThread() noexcept {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t stripe = next.fetch_add(1, std::memory_order_relaxed) % kStripes;
  return stripe;
}

CachedTokenPtr WarmTokens::Find(const TokenRequest& request, std::uint64_t generation,
                                std::chrono::system_clock::time_point now) const {
  const Stripe& stripe = stripes_.at(StripeOfThisThread());
  std::lock_guard lock(stripe.mutex);
  const auto entry = stripe.entries.find(request);
  if (entry == stripe.entries.end()) return nullptr;
  const WarmToken& answer = entry->second;
  return answer.generation == generation && now < answer.until ? answer.cached.lock() : nullptr;
}

void WarmTokens::Put(const TokenRequest& request, WarmToken answer) {
  Stripe& stripe = stripes_.at(StripeOfThisThread());
  std::lock_guard lock(stripe.mutex);
  if (stripe.entries.size() >= kMostEntries) stripe.entries.clear();
  stripe.entries.insert_or_assign(request, std::move(answer));
}

}  // namespace msiv2::cache
