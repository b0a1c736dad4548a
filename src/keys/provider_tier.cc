#include "keys/provider_tier.h"

#include <algorithm>
#include <string_view>

#include "base/foreign_text.h"

namespace msiv2 {

KeyOrigin ProviderTier::Origin() const noexcept {
  return best == KeyTier::kKeyGuard && !built_in ? KeyOrigin::kEmulated : KeyOrigin::kPlatform;
}

std::vector<ProviderTier> DescribeProviders(const std::vector<KeyChainEntry>& entries) {
  std::vector<ProviderTier> tiers;
  for (const KeyChainEntry& entry : entries) {
    if (entry.provider == nullptr) continue;
    tiers.push_back(
        {ForeignText(entry.provider->ProviderName()), entry.provider->BestTier(), entry.built_in});
  }
  std::stable_sort(tiers.begin(), tiers.end(),
                   [](const ProviderTier& a, const ProviderTier& b) { return a.best > b.best; });
  return tiers;
}

const ProviderTier* BestUsable(const std::vector<ProviderTier>& providers, bool emulator,
                               std::optional<bool> host_isolates) {
  for (const ProviderTier& provider : providers) {
    const bool ruled_out = provider.Origin() == KeyOrigin::kEmulated ? !emulator : host_isolates == false;
    if (provider.best < KeyTier::kKeyGuard || !ruled_out) return &provider;
  }
  return nullptr;
}

std::string KeyGuardGap(const std::vector<ProviderTier>& providers, const ProviderTier* best) {
  const std::string have = best == nullptr ? "this client has no key provider that could be used here"
                                           : "the strongest key here is " + std::string(Name(best->best));
  if (providers.empty() || providers.front().best < KeyTier::kKeyGuard) {
    return have + ", because no key provider of this client makes KeyGuard keys";
  }
  if (providers.front().Origin() == KeyOrigin::kEmulated) {
    return have + ", because emulated KeyGuard keys are for an emulator on loopback only";
  }
  return have +
         ", because this host is not a Windows machine with Trusted Launch, nor a confidential VM with "
         "Windows";
}

}  // namespace msiv2
