#include "cache_scope_registry.h"

#include <algorithm>
#include <utility>

#include "builtin.h"

namespace msiv2 {

void CacheScope::Registry::IdleWith(rotation::Idle idle) {
  std::lock_guard lock(mutex_);
  idle_ = std::move(idle);
}

const flow::ImdsBases* CacheScope::Registry::BasesOf(const ClientOptions& options) {
  if (options.environment) return nullptr;
  const auto scope = options.cache_scope ? options.cache_scope : CacheScope::Process();
  const Registry& registry = Of(*scope);
  return registry.IsOfParent() ? nullptr : registry.imds_bases_.get();
}

Result<std::shared_ptr<SharedState>> CacheScope::Registry::Get(const ClientOptions& options, bool shares) {
  if (IsOfParent()) return UsedAfterFork("the cache scope");
  SharingKey key = SharingKeyOf(options);
  std::shared_ptr<SharedState>
      evicted;  // destroyed after the lock is released, because this joins its threads
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.state.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return shares && entry.shares && entry.key == key;
  });
  if (found != entries_.end()) {
    if (auto state = found->state.lock()) {
      std::rotate(found, found + 1, entries_.end());  // now the last to be evicted
      return state;
    }
  }
  auto http = TransportFor(options, key, shares);
  if (!http) return std::move(http).error();
  auto state = SharedState::Create(options, *std::move(http),
                                   shares ? imds_bases_ : std::make_shared<flow::ImdsBases>(), idle_);
  if (!state) return state;
  entries_.push_back({std::move(key), *state, shares && IsBuiltInOnly(options) ? *state : nullptr, shares});
  evicted = EvictOne();
  return state;
}

/// TransportFor returns the transport of a new shared state. States of a scope that trust the same servers
/// share one, and with it their connections. (A connection that presented a certificate serves this
/// certificate alone.) The caller holds the lock.
Result<std::shared_ptr<HttpTransport>> CacheScope::Registry::TransportFor(const ClientOptions& options,
                                                                          const SharingKey& key,
                                                                          bool shares) {
  const auto create = [&] { return TransportOf(options.http, options.tls, options.environment); };
  if (options.http || !shares) return create();
  std::erase_if(transports_, [](const Transport& transport) { return transport.http.expired(); });
  for (const Transport& transport : transports_) {
    if (transport.trust_anchors != key.trust_anchors) continue;
    if (auto http = transport.http.lock()) return http;
  }
  auto http = create();
  if (http) transports_.push_back({key.trust_anchors, *http});
  return http;
}

/// EvictOne releases the shared state that was requested longest ago from the scope, and returns it. It
/// returns null if the scope does not keep too many. It lives on for as long as a client uses it. The caller
/// holds the lock.
std::shared_ptr<SharedState> CacheScope::Registry::EvictOne() {
  const auto is_kept = [](const Entry& entry) { return entry.kept != nullptr; };
  if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_kept)) <= kMostKept) {
    return nullptr;
  }
  return std::exchange(std::find_if(entries_.begin(), entries_.end(), is_kept)->kept, nullptr);
}

void CacheScope::Registry::StopWork() {
  std::vector<std::shared_ptr<SharedState>> living;
  {
    std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (auto state = entry.state.lock()) living.push_back(std::move(state));
    }
  }
  for (const auto& state : living) state->StopWork();
}

}  // namespace msiv2
