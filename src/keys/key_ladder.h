// Per-provider state of the key chain.
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

/// Rung is one provider, with the result of the last time it was asked.
struct Rung {
  std::shared_ptr<KeyProvider> provider;
  bool built_in = false;
  std::string name;
  KeyTier best = KeyTier::kNone;  ///< BestTier, read once
  std::optional<Error> failure;   ///< of the last time; nullopt if not asked or successful
  KeyTier made = KeyTier::kNone;  ///< tier of the key it created, kNone if it created none
  std::uint64_t asked_in = 0;     ///< the creation that asked it last, 0 for none
};

/// MakeLadder returns a rung for each entry that has a provider, strongest BestTier first, stable.
std::vector<Rung> MakeLadder(std::vector<KeyChainEntry> entries);

/// ShouldAsk returns true if a creation should ask `rung` for a key of at least `minimum` when there already
/// is a key of tier `have`. A rung that failed is asked again only if its failure was retryable and happened
/// in creation `since` or before. So no caller asks a provider twice.
bool ShouldAsk(const Rung& rung, KeyTier minimum, KeyTier have, std::uint64_t since);

/// StrongerFailures lists the rungs that could have created a key above `tier` and failed, each with its
/// reason.
std::string StrongerFailures(const std::vector<Rung>& ladder, KeyTier tier);

/// NoKeyError returns the error that no rung has a key for `policy`. It lists each provider with its reason.
Error NoKeyError(const std::vector<Rung>& ladder, const KeyPolicy& policy);

}  // namespace msiv2
