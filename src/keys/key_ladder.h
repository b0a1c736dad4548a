// What the key chain knows of each of its providers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2 {

struct KeyPolicy;
struct KeyChainEntry;

/// MinimumTier returns the weakest tier that satisfies `policy`.
KeyTier MinimumTier(const KeyPolicy& policy);

/// Rung is one provider with what came of asking it last.
struct Rung {
  std::shared_ptr<KeyProvider> provider;
  bool built_in = false;
  std::string name;
  KeyTier best = KeyTier::kNone;  ///< BestTier, read once
  std::optional<Error> failure;   ///< of the last time; empty when not asked or successful
  KeyTier made = KeyTier::kNone;  ///< tier of the key it made, kNone when it made none
  std::uint64_t asked_in = 0;     ///< the creation that asked it last, 0 for none
};

/// MakeLadder returns a rung for each entry that has a provider, strongest BestTier first, stable.
std::vector<Rung> MakeLadder(std::vector<KeyChainEntry> entries);

/// ShouldAsk tells whether a creation should ask `rung` for a key of at least `minimum` when a key of tier
/// `have` is there already. A failed one is asked again only if its failure was retryable and happened in
/// creation `since` or before, so that no caller asks a provider twice.
bool ShouldAsk(const Rung& rung, KeyTier minimum, KeyTier have, std::uint64_t since);

/// StrongerFailures lists the rungs that would have made a key above `tier` and failed, each with its reason.
std::string StrongerFailures(const std::vector<Rung>& ladder, KeyTier tier);

/// NoKeyError says why no rung has a key for `policy`, each provider with its reason.
Error NoKeyError(const std::vector<Rung>& ladder, const KeyPolicy& policy);

}  // namespace msiv2
