// What the key providers of a client report about themselves, without being asked for a key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keys/key_chain.h"
#include "msiv2/key.h"
#include "msiv2/option.h"

namespace msiv2 {

/// ProviderDescription is what one key provider reports about itself: nothing of it is proved before there is
/// a key.
struct ProviderDescription {
  std::string name;  ///< suitable for messages
  KeyStrength best = KeyStrength::kNone;
  bool built_in = false;  ///< only such a provider may claim real KeyGuard keys

  /// Origin returns kEmulated for KeyGuard keys of a provider that is not built in, because the chain accepts
  /// no others from such a provider.
  KeyOrigin Origin() const noexcept;
};

/// DescribeProviders returns the providers of `entries`, strongest first. It touches no keystore.
std::vector<ProviderDescription> DescribeProviders(const std::vector<KeyChainEntry>& entries);

/// BestUsable returns the strongest of `providers` (strongest first) that the facts do not rule out, or null.
///
/// Emulated KeyGuard keys are for an `emulator` only. Real ones need a host that isolates keys: Windows with
/// Trusted Launch or as a confidential VM. `host_isolates` says whether this host is one, if that is known.
const ProviderDescription* BestUsable(const std::vector<ProviderDescription>& providers, bool emulator,
                                      std::optional<bool> host_isolates);

/// KeyGuardGap returns why BestUsable is below KeyGuard: the strongest usable key, and what rules out a
/// stronger one.
std::string KeyGuardGap(const std::vector<ProviderDescription>& providers, const ProviderDescription* best);

/// kKeyGuardCure is what to do about a KeyGuardGap.
inline constexpr char kKeyGuardCure[] =
    "Use a Windows host with Trusted Launch or a confidential VM, and a client that makes KeyGuard keys; "
    "other "
    "keys wait for the service.";

/// AttestorCure returns what to do if a client has no attestor.
OptionText AttestorCure();

}  // namespace msiv2
