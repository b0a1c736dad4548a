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

  /// Cached returns the binding that may serve `plan` now, or null. It does no I/O.
  BindingPtr Cached(const Plan& plan, const std::string& key) const;

  /// Get returns a binding for the plan of `step`. From the cache when that one may go on serving: no
  /// stronger key has come, and the metadata names the same identity, looked at every five minutes. Else by a
  /// mint, also when the plan carries a claims challenge that is new: then with `bypass_cache`, once for each
  /// challenge. A certificate that was given up is never served again.
  Result<BindingPtr> Get(const StepContext& step, const std::string& key);

  /// Prepare mints the binding that is to follow `current`, without serving it yet, and returns it; null when
  /// IMDS still hands out the current certificate. What was prepared is kept until it is published or ends.
  Result<BindingPtr> Prepare(const StepContext& step, const std::string& key, const Binding& current);

  /// Publish serves `next`, which was prepared, from now on.
  void Publish(const std::string& key, const BindingPtr& next);

  /// GiveUp stops serving exactly this binding. `refused`: its certificate was refused, so its thumbprint is
  /// remembered and the next mint asks IMDS for another certificate than the one that it keeps.
  void GiveUp(const StepContext& step, const std::string& key, const Binding& binding, bool refused);

 private:
  bool IsNewChallenge(const StepContext& step, const std::string& key) const;
  Result<BindingPtr> Lead(const StepContext& step, const std::string& key);
  Result<BindingPtr> Mint(const StepContext& step, const std::string& key, MintMode mode);
  bool MayGoOnServing(const StepContext& step, const std::string& key, const cache::CachedBinding& cached);
  bool StillTheSameIdentity(const StepContext& step, const std::string& key,
                            const cache::CachedBinding& cached);

  const Ports& ports_;
  cache::BindingCache bindings_;
  SingleFlight<BindingPtr> mints_;
  std::mutex mutex_;  // guards prepared_
  std::map<std::string, BindingPtr> prepared_;
};

}  // namespace msiv2::flow
