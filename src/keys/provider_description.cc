#include "keys/provider_description.h"

#include <algorithm>

#include "keys/provider_state.h"
#include "model/option_text.h"

namespace msiv2 {

KeyOrigin ProviderDescription::Origin() const noexcept {
  return best == KeyStrength::kKeyGuard && !built_in ? KeyOrigin::kEmulated : KeyOrigin::kPlatform;
}

std::vector<ProviderDescription> DescribeProviders(const std::vector<KeyChainEntry>& entries) {
  std::vector<ProviderDescription> descriptions;
  for (const KeyChainEntry& entry : entries) {
    if (entry.provider == nullptr) continue;
    descriptions.push_back({ShownName(entry), entry.provider->BestStrength(), entry.built_in});
  }
  std::stable_sort(
      descriptions.begin(), descriptions.end(),
      [](const ProviderDescription& a, const ProviderDescription& b) { return a.best > b.best; });
  return descriptions;
}

const ProviderDescription* BestUsable(const std::vector<ProviderDescription>& providers, bool emulator,
                                      std::optional<bool> host_isolates) {
  for (const ProviderDescription& provider : providers) {
    const bool ruled_out = provider.Origin() == KeyOrigin::kEmulated ? !emulator : host_isolates == false;
    if (provider.best < KeyStrength::kKeyGuard || !ruled_out) return &provider;
  }
  return nullptr;
}

std::string KeyGuardGap(const std::vector<ProviderDescription>& providers, const ProviderDescription* best) {
  const std::string have = best == nullptr ? "this client has no key provider that could be used here"
                                           : "the strongest key here is " + std::string(Name(best->best));
  if (providers.empty() || providers.front().best < KeyStrength::kKeyGuard) {
    return have + ", because no key provider of this client makes KeyGuard keys";
  }
  if (providers.front().Origin() == KeyOrigin::kEmulated) {
    return have + ", because emulated KeyGuard keys are for an emulator on loopback only";
  }
  return have +
         ", because this host is not a Windows machine with Trusted Launch, nor a confidential VM with "
         "Windows";
}

OptionText AttestorCure() {
  return FromTemplate(
      "On Windows name AttestationClientLib.dll by [{attestation_library} or ]MSIV2_ATTESTATION_LIBRARY; "
      "elsewhere give the client an attestor.");
}

}  // namespace msiv2
