// Where a call's binding comes from: the cache, else a mint.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/single_flight.h"
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
  explicit BindingSource(const Ports& ports) : ports_(ports) {}

  /// Cached returns the binding that may serve `plan` now, or null, also when the plan's claims challenge
  /// asks for a new one. It does no I/O.
  BindingPtr Cached(const Plan& plan, const std::string& key) const;

  /// Get returns a binding for the plan of `step`: from the cache when the metadata names the same identity,
  /// looked at every five minutes, else by a mint.
  ///
  /// Two things make it mint although the cached one is good: a stronger key that has come, and a claims
  /// challenge that is new, once for each challenge and with `bypass_cache`. Such a mint takes at most half
  /// of the call's time; when it fails the cached one serves, and it is not tried again for 30 s.
  Result<BindingPtr> Get(const StepContext& step, const std::string& key);

  /// Prepare mints the binding that is to follow `current`, without serving it yet, and returns it; null when
  /// IMDS still hands out the current certificate. What was prepared is kept until it is published or ends.
  Result<BindingPtr> Prepare(const StepContext& step, const std::string& key, const Binding& current);

  /// Publish serves `next`, which was prepared, from now on.
  void Publish(const StepContext& step, const std::string& key, const BindingPtr& next);

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
  bool IsNewChallenge(const Plan& plan, const std::string& key) const;
  bool WantsAnother(const Plan& plan, const std::string& key, const Binding& current);
  Result<BindingPtr> Lead(const StepContext& step, const std::string& key);
  Result<BindingPtr> Mint(const StepContext& step, const std::string& key, MintMode mode);
  Result<BindingPtr> MintNeeded(const StepContext& step, const std::string& key);
  BindingPtr MintWanted(const StepContext& step, const std::string& key);
  bool StillTheSameIdentity(const StepContext& step, const std::string& key,
                            const cache::CachedBinding& cached);

  const Ports& ports_;
  cache::BindingCache bindings_;
  SingleFlight<BindingPtr> mints_;
  std::mutex mutex_;  // guards prepared_
  std::map<std::string, BindingPtr> prepared_;
};

}  // namespace msiv2::flow
