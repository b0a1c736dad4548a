#include "keys/provider_state.h"

#include <algorithm>
#include <utility>

#include "base/foreign_text.h"
#include "keys/key_chain.h"
#include "model/option_text.h"

namespace msiv2 {
namespace {

std::string Reason(const ProviderState& provider, KeyStrength minimum) {
  if (provider.best < minimum) return "not asked, it makes " + std::string(Name(provider.best)) + " keys";
  if (provider.failure) return ForeignText(provider.failure->message);
  if (provider.made != KeyStrength::kNone) return "made a " + std::string(Name(provider.made)) + " key";
  return "not asked";
}

OptionText Summary(const KeyPolicy& policy) {
  if (policy.attestation) return {"attestation needs a KeyGuard key, and none is available"};
  if (policy.minimum == KeyStrength::kNone) return {"no key could be created"};
  return FromTemplate("{minimum_strength} is ") + Name(policy.minimum) + ", and no such key is available";
}

}  // namespace

KeyStrength MinimumStrength(const KeyPolicy& policy) {
  return policy.attestation ? KeyStrength::kKeyGuard : policy.minimum;
}

std::string ShownName(const KeyChainEntry& entry) {
  const std::string_view name = entry.provider->ProviderName();
  return entry.built_in ? std::string(name) : ForeignText(name);
}

std::vector<ProviderState> MakeProviderStates(std::vector<KeyChainEntry> entries) {
  std::vector<ProviderState> providers;
  for (KeyChainEntry& entry : entries) {
    if (entry.provider == nullptr) continue;
    ProviderState provider;
    provider.name = ShownName(entry);
    provider.provider = std::move(entry.provider);
    provider.built_in = entry.built_in;
    provider.best = provider.provider->BestStrength();
    providers.push_back(std::move(provider));
  }
  std::stable_sort(providers.begin(), providers.end(),
                   [](const ProviderState& a, const ProviderState& b) { return a.best > b.best; });
  return providers;
}

bool ShouldAsk(const ProviderState& provider, KeyStrength minimum, KeyStrength have, std::uint64_t since) {
  if (provider.best < minimum || provider.best <= have || provider.made != KeyStrength::kNone) return false;
  if (!provider.failure) return true;
  return provider.failure->retryable && provider.asked_in <= since;
}

std::string StrongerFailures(const std::vector<ProviderState>& providers, KeyStrength strength) {
  std::string list;
  for (const ProviderState& provider : providers) {
    if (provider.best <= strength || !provider.failure) continue;
    list += (list.empty() ? "" : "; ") + provider.name + ": " + ForeignText(provider.failure->message);
  }
  return list;
}

Error NoKeyError(const std::vector<ProviderState>& providers, const KeyPolicy& policy) {
  const KeyStrength minimum = MinimumStrength(policy);
  OptionText message = Summary(policy);
  const Error* strongest = nullptr;
  bool weaker_was_there = false;
  for (const ProviderState& provider : providers) {
    message += "; " + provider.name + ": " + Reason(provider, minimum);
    if (provider.best < minimum || provider.made != KeyStrength::kNone) weaker_was_there = true;
    if (provider.best >= minimum && provider.failure && strongest == nullptr) strongest = &*provider.failure;
  }
  if (providers.empty()) message += "; there is no key provider";
  const ErrorCode code = policy.attestation ? ErrorCode::kKeyguardUnavailable
                         : weaker_was_there ? ErrorCode::kMinStrengthNotMet
                                            : ErrorCode::kKeyCreationFailed;
  // A provider of the parent process creates no key here, whatever else is wrong.
  const bool of_parent = strongest != nullptr && strongest->code == ErrorCode::kUsedAfterFork;
  Error error(of_parent ? ErrorCode::kUsedAfterFork : code, Step::kKey, std::move(message));
  error.retryable = strongest != nullptr && strongest->retryable;
  error.native_code = strongest != nullptr ? strongest->native_code : 0;
  return error;
}

}  // namespace msiv2
