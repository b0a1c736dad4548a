// Step 2: the chain of key providers and its policy.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/executor.h"
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
  KeyTier floor = KeyTier::kNone;  ///< the weakest tier that will do; never a selector
  bool attestation = false;        ///< only a KeyGuard key will do
};

/// KeyChain gets or creates the binding key from the strongest provider that can make one.
///
/// Providers are asked strongest first (by BestTier; in the given order among equals). A failure is
/// remembered and the next weaker provider is asked, but none below the policy. What counts as a key's
/// tier is what the key reports. Refused as failures of their provider: a key that is not RSA-2048, one
/// that reports a tier above its provider's best, and a KeyGuard key of a provider that is not built in
/// unless it says that it is emulated.
///
/// The strongest key made so far is cached. A provider whose failure was not retryable is not asked again.
/// One whose failure was retryable is asked again at once when a policy needs it, and otherwise, 60 s after
/// the last creation ended, in the background of the next call: the weaker key serves until then, and the
/// stronger one replaces it.
///
/// Threads: all members may be called at the same time; one creation runs at a time, on the executor.
/// Lifetime: the executor outlives the chain, the clock outlives the executor. A creation may still run
/// when the chain is destroyed: it ends after the provider that it is asking, and its key is dropped.
class KeyChain {
 public:
  /// KeyChain sorts `entries`; entries without a provider are left out. No keystore is touched.
  KeyChain(std::vector<KeyChainEntry> entries, Executor& executor, Clock* clock);
  KeyChain(const KeyChain&) = delete;
  KeyChain& operator=(const KeyChain&) = delete;
  ~KeyChain();

  /// BestTier returns the best tier that a provider of this chain makes, kNone for an empty chain. No
  /// keystore is touched.
  KeyTier BestTier() const;

  /// CanOnlyEmulate tells whether every key that satisfies `policy` is an emulated one: it asks for a
  /// KeyGuard key, and no provider of those is built in.
  bool CanOnlyEmulate(const KeyPolicy& policy) const;

  /// Check returns the error of a policy that this chain can never meet, before any I/O:
  /// `msi_v2_keyguard_unavailable`, or `min_strength_not_met` naming both tiers.
  std::optional<Error> Check(const KeyPolicy& policy) const;

  /// Start begins a creation in the background unless a key that satisfies `policy` is cached, a creation
  /// is under way or no provider is left to ask. Returns at once, so that step 2 runs while step 1 is on
  /// the wire.
  void Start(const KeyPolicy& policy);

  /// GetOrCreateKey returns the cached key if it satisfies `policy`, even to a caller that has cancelled;
  /// else it starts a creation, or joins the one under way, and waits within `context`.
  ///
  /// Errors: `canceled` and `timeout` at Step::kKey (the creation goes on for the next caller);
  /// `msi_v2_keyguard_unavailable` when attestation was asked for; `min_strength_not_met` when a weaker
  /// provider or key was there but below the floor; `used_after_fork` for a provider of the parent process;
  /// else `key_creation_failed`. The message lists each
  /// provider with its reason; `native_code` and `retryable` are those of the strongest one that failed.
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey(const KeyPolicy& policy,
                                                           const CallContext& context);

  /// WhyNotStronger returns each provider that failed to make a key above `tier`, with its reason, in the
  /// form `keyguard: reason; platform-crypto: reason`; empty where none failed.
  std::string WhyNotStronger(KeyTier tier) const;

  /// HasStronger tells whether a key above `tier` is there. It also begins the creation that is due of one
  /// that failed before, so that a later call may find it.
  bool HasStronger(KeyTier tier);

  /// Forget drops exactly `key` from the cache, if it is still there: it stopped signing. Its provider is
  /// asked again by the next call.
  void Forget(const std::shared_ptr<const SigningKey>& key);

 private:
  struct State;

  std::optional<Error> Begin(const KeyPolicy& policy, std::uint64_t since);
  void RetryStrongerIfDue();

  Executor& executor_;
  Clock* clock_;
  std::shared_ptr<State> state_;  // shared with the creation under way
};

}  // namespace msiv2
