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

/// MinimumStrength returns the weakest strength that satisfies `policy`.
KeyStrength MinimumStrength(const KeyPolicy& policy);

/// ProviderState is one provider, with the result of the last time it was asked.
struct ProviderState {
  std::shared_ptr<KeyProvider> provider;
  bool built_in = false;
  std::string name;
  KeyStrength best = KeyStrength::kNone;  ///< BestStrength, read once
  std::optional<Error> failure;           ///< of the last time; nullopt if not asked or successful
  KeyStrength made = KeyStrength::kNone;  ///< strength of the key it created, kNone if it created none
  std::uint64_t asked_in = 0;             ///< the creation that asked it last, 0 for none
};

/// ShownName returns the name of an entry's provider, safe for messages.
std::string ShownName(const KeyChainEntry& entry);

/// MakeProviderStates returns a provider's state for each entry that has one, strongest BestStrength first,
/// stable.
std::vector<ProviderState> MakeProviderStates(std::vector<KeyChainEntry> entries);

/// ShouldAsk returns true if a creation should ask `provider` for a key of at least `minimum` when there
/// already is a key of strength `have`. A provider that failed is asked again only if its failure was
/// retryable and happened in creation `since` or before. So no caller asks a provider twice.
bool ShouldAsk(const ProviderState& provider, KeyStrength minimum, KeyStrength have, std::uint64_t since);

/// StrongerFailures lists the providers that could have created a key above `strength` and failed, each with
/// its reason.
std::string StrongerFailures(const std::vector<ProviderState>& providers, KeyStrength strength);

/// NoKeyError returns the error that no provider has a key for `policy`. It lists each provider with its
/// reason.
Error NoKeyError(const std::vector<ProviderState>& providers, const KeyPolicy& policy);

}  // namespace msiv2
