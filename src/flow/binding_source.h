// Where a call's binding comes from: the cache, else a mint.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/single_flight.h"
#include "cache/binding_aliases.h"
#include "cache/binding_cache.h"
#include "flow/mint.h"

namespace msiv2::flow {

/// BindingKey returns the key of the plan's bindings: IMDS base, identity, attestation mode and allow-list.
std::string BindingKey(const Plan& plan);

/// BindingSource serves bindings, one mint at a time for a binding key. Other callers of that key wait for
/// the mint's answer, each within its own deadline; other keys are not held up.
///
/// Threads: all members may be called at the same time. `ports` must outlive it.
class BindingSource {
 public:
  /// OnNewBinding is called with each binding that begins to serve; it must be quick.
  using OnNewBinding = std::function<void(const Plan&, const std::string& key, const BindingPtr&)>;

  /// OnGone is called with each binding that serves no more for good, before its end; it must be quick.
  using OnGone = std::function<void(const Binding&)>;

  BindingSource(const Ports& ports, OnNewBinding on_new_binding, OnGone on_gone)
      : ports_(ports), on_new_binding_(std::move(on_new_binding)), on_gone_(std::move(on_gone)) {}

  /// Resolve returns the key under which the binding of the plan is kept: BindingKey, or that of another way
  /// to address the same identity. The members below take what it returns.
  std::string Resolve(const Plan& plan) const { return aliases_.Resolve(BindingKey(plan)); }

  /// Cached returns the binding that may serve `plan` now, or null, also when the plan's claims challenge
  /// asks for a new one. It does no I/O.
  BindingPtr Cached(const Plan& plan, const std::string& key) const;

  /// Get returns a binding for the plan of `step`: from the cache when the metadata names the same identity,
  /// looked at every five minutes, else by a mint.
  ///
  /// Two things make it mint although the cached one is good: a stronger key that has come, and a claims
  /// challenge that is new, once for each challenge and with `bypass_cache`. Such a mint takes at most half
  /// of the call's time; when it fails the cached one serves, and it is not tried again for 30 s.
  Result<BindingPtr> Get(const StepContext& step);

  /// Prepare mints the binding that is to follow `current`, without serving it yet, and returns it; null when
  /// IMDS still hands out the current certificate. What was prepared is kept until it is published or ends.
  Result<BindingPtr> Prepare(const StepContext& step, const std::string& key, const Binding& current);

  /// Publish serves `next`, which was prepared, from now on in place of exactly `current`. False when that
  /// one serves no longer: then what took its place stays, and `next` is forgotten.
  bool Publish(const StepContext& step, const std::string& key, const Binding& current,
               const BindingPtr& next);

  /// IsCurrent tells whether this binding is the one that serves.
  bool IsCurrent(const std::string& key, const Binding& binding) const {
    return bindings_.IsCurrent(key, binding);
  }
  /// IsNewChallenge tells whether the plan's claims challenge asks for a certificate that was not minted yet.
  bool IsNewChallenge(const Plan& plan, const std::string& key) const;
  /// Generation grows whenever another binding, or none, may serve for some key.
  std::uint64_t Generation() const noexcept { return bindings_.Generation() + aliases_.Generation(); }

  /// Why a binding is given up.
  enum class Reason {
    kRefused,    ///< its certificate was refused: it is never served again, and IMDS is asked for another
    kSuspected,  ///< it may have been refused: IMDS is asked for another, and this one will do if there is
                 ///< none
    kDeadKey,    ///< its key no longer signs
  };
  /// GiveUp stops serving exactly this binding.
  void GiveUp(const StepContext& step, const std::string& key, const Binding& binding, Reason reason);

 private:
  bool WantsAnother(const Plan& plan, const std::string& key, const Binding& current);
  Result<BindingPtr> Lead(const StepContext& step, const std::string& asked);
  Result<BindingPtr> Mint(const StepContext& step, const std::string& asked, MintMode mode);
  Result<BindingPtr> MintNeeded(const StepContext& step, const std::string& asked);
  BindingPtr MintWanted(const StepContext& step, const std::string& asked);
  Result<BindingPtr> MintNext(const StepContext& step, const std::string& key, const Binding& current);
  BindingPtr Adopt(const StepContext& step, const std::string& asked, const std::string& client_id,
                   const std::string& tenant_id);
  bool StillTheSameIdentity(const StepContext& step, const std::string& asked,
                            const cache::CachedBinding& cached);

  BindingPtr Prepared(const std::string& key) const;
  void ForgetPrepared(const std::string& key);
  void Serve(const StepContext& step, const std::string& asked, const BindingPtr& binding,
             std::chrono::steady_clock::time_point metadata_read);

  const Ports& ports_;
  const OnNewBinding on_new_binding_;
  const OnGone on_gone_;
  cache::BindingAliases aliases_;
  cache::BindingCache bindings_;
  SingleFlight<BindingPtr> mints_;
  mutable std::mutex mutex_;  // guards prepared_
  std::map<std::string, BindingPtr> prepared_;
};

}  // namespace msiv2::flow
