// CacheScope::Registry: the shared states of a scope.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/process_mark.h"
#include "msiv2/cache_scope.h"
#include "shared_state.h"

namespace msiv2 {

/// CacheScope::Registry finds the shared state for a client's options, or creates it. Threads: all members
/// may be called at the same time.
class CacheScope::Registry {
 public:
  /// kMostKept is how many shared states are kept that no client may use any more. A trust anchor file that
  /// keeps changing leads to ever new ones.
  static constexpr std::size_t kMostKept = 8;

  /// Of returns the registry of `scope`.
  static Registry& Of(CacheScope& scope) noexcept { return *scope.registry_; }

  /// IdleWith has the rotators of the shared states that are created from now on wait by `idle`.
  void IdleWith(rotation::Idle idle);

  /// Get returns the shared state for `options`, which must have a clock and an environment. If `shares` is
  /// false, it returns a new one that no other client gets. Errors: those of SharedState::Create, and
  /// `used_after_fork` in a child.
  Result<std::shared_ptr<SharedState>> Get(const ClientOptions& options, bool shares);

  /// IsOfParent returns true in a child of the process that created this object.
  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }

  /// BasesOf returns what the clients of the scope of `options` have learnt of IMDS. It returns null for a
  /// client with an environment of its own, which learns for itself, and for a scope of the parent process.
  static const flow::ImdsBases* BasesOf(const ClientOptions& options);

  /// StopWork stops the renewals and the key creation of every shared state that still exists.
  void StopWork();

 private:
  struct Entry {
    SharingKey key;
    std::weak_ptr<SharedState> state;
    std::shared_ptr<SharedState> kept;  // only if this keeps no user-supplied object alive
    bool shares = true;                 // false: listed only so that it can be stopped
  };

  struct Transport {
    std::string trust_anchors;
    std::weak_ptr<HttpTransport> http;
  };

  Result<std::shared_ptr<HttpTransport>> TransportFor(const ClientOptions& options, const SharingKey& key,
                                                      bool shares);
  std::shared_ptr<SharedState> EvictOne();

  const ProcessMark made_in_;
  std::mutex mutex_;
  rotation::Idle idle_;
  const std::shared_ptr<flow::ImdsBases> imds_bases_ = std::make_shared<flow::ImdsBases>();
  std::vector<Transport> transports_;
  std::vector<Entry> entries_;  // in the order in which they were last requested
};

}  // namespace msiv2
