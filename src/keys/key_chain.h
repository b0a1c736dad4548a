// Step 2: the chain of key providers and its policy.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/executor.h"
#include "keys/watched_key.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2 {

/// KeyChainEntry is one provider of a chain.
struct KeyChainEntry {
  std::shared_ptr<KeyProvider> provider;
  bool built_in = false;  ///< part of this library; only such a provider may claim real KeyGuard keys
};

/// KeyPolicy says which keys a request accepts.
struct KeyPolicy {
  KeyStrength minimum = KeyStrength::kNone;  ///< the weakest strength that is acceptable; never a selector
  bool attestation = false;                  ///< only a KeyGuard key is acceptable
};

/// KeyChain gets or creates the binding key from the strongest provider that can create one.
///
/// Providers are asked strongest first, by BestStrength. Equally strong ones are asked in the given order. A
/// failure is remembered and the next weaker provider is asked, but none below the policy. A key's strength
/// is the strength that the key reports. Some keys are rejected as failures of their provider. These are a
/// key that is not RSA-2048 and a key that reports a strength above its provider's best. A KeyGuard key of a
/// provider that is not built in is also rejected, unless it is marked as emulated.
///
/// The strongest key created so far is cached. A provider whose failure was not retryable is not asked again.
/// A provider whose failure was retryable is asked again at once when a policy needs it. Otherwise it is
/// asked again 60 s after the last creation ended, in the background of the next call. Until then the weaker
/// key is used; the stronger key replaces it.
///
/// Threads: all members may be called at the same time; one creation runs at a time, on the executor.
/// Lifetime: the executor must outlive the chain, and the clock must outlive the executor. A creation may
/// still run when the chain is destroyed. Such a creation ends when the current provider returns, and its key
/// is dropped.
class KeyChain {
 public:
  /// KeyChain sorts `entries` and leaves out those without a provider. It touches no keystore.
  KeyChain(std::vector<KeyChainEntry> entries, Executor& executor, Clock* clock);
  KeyChain(const KeyChain&) = delete;
  KeyChain& operator=(const KeyChain&) = delete;
  ~KeyChain();

  /// BestStrength returns the best strength that a provider of this chain creates, or kNone for an empty
  /// chain. It touches no keystore.
  KeyStrength BestStrength() const;

  /// CanOnlyEmulate returns true if every key that satisfies `policy` is emulated. Then the policy requires a
  /// KeyGuard key, and no KeyGuard provider is built in.
  bool CanOnlyEmulate(const KeyPolicy& policy) const;

  /// Check returns the error of a policy that this chain can never meet, before any I/O:
  /// `msi_v2_keyguard_unavailable`, or `min_strength_not_met` naming both strengths.
  std::optional<Error> Check(const KeyPolicy& policy) const;

  /// Start begins a creation in the background. It starts none if a key that satisfies `policy` is cached, a
  /// creation is running, or no provider is left to ask. It returns at once, so that step 2 runs while step 1
  /// is on the wire.
  void Start(const KeyPolicy& policy);

  /// GetOrCreateKey returns the cached key if it satisfies `policy`, even to a caller that has cancelled.
  /// Otherwise it starts a creation, or joins the running one, and waits within `context`.
  ///
  /// Errors: `canceled` and `timeout` at Step::kKey (the creation continues for the next caller).
  /// `msi_v2_keyguard_unavailable` if attestation was requested. `min_strength_not_met` if there was a weaker
  /// provider or key, but below the minimum. `used_after_fork` for a provider of the parent process.
  /// Otherwise `key_creation_failed`. The message lists each provider with its reason. `native_code` and
  /// `retryable` are those of the strongest provider that failed.
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey(const KeyPolicy& policy,
                                                           const CallContext& context);

  /// WhyNotStronger returns each provider that failed to create a key above `strength`, with its reason. The
  /// form is `keyguard: reason; platform-crypto: reason`; it is empty if none failed.
  std::string WhyNotStronger(KeyStrength strength) const;

  /// HasStronger returns true if a key above `strength` is cached. It also starts the creation that is due
  /// for a provider that failed before, so that a later call may find the key.
  bool HasStronger(KeyStrength strength);

  /// Watched returns `key` for the use of others: a signature that fails is reported to this chain.
  std::shared_ptr<const SigningKey> Watched(std::shared_ptr<const SigningKey> key) const;

  /// ForgetIfDead makes one signature with `key`, which failed to sign. If that fails too, it drops exactly
  /// this key from the cache and returns true: the next call asks the provider again. No key that is weaker
  /// than the lost one takes its place. It drops the cached key at most once a minute, and returns false
  /// in between. It returns true for a dead key that is not cached any more.
  bool ForgetIfDead(const std::shared_ptr<const SigningKey>& key);

  /// ForgetDead does that for each key with a report, and returns those that it dropped. It costs one atomic
  /// load if there is no report.
  std::vector<std::shared_ptr<const SigningKey>> ForgetDead();

  /// HasReports returns true while a report is still to be looked at.
  bool HasReports() const noexcept { return reports_->HasAny(); }

  /// Reports grows with each report about a key.
  std::uint64_t Reports() const noexcept { return reports_->Count(); }

 private:
  struct State;

  std::optional<Error> Begin(KeyStrength minimum, std::uint64_t since);
  void RetryStrongerIfDue();
  void Forget(const std::shared_ptr<const SigningKey>& key);

  Executor& executor_;
  Clock* clock_;
  std::shared_ptr<State> state_;  // shared with the running creation
  const std::shared_ptr<KeyReports> reports_ = std::make_shared<KeyReports>();  // shared with the keys
};

}  // namespace msiv2
