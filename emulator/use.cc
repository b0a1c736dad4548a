// Use: the options of a client or resource client that talks to an emulator.
#include "emulator/emulator.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::emulator {

void Use(const Endpoints& endpoints, bool emulated_keyguard, ClientOptions& options) {
  options.imds_base_url = endpoints.imds;
  options.tls.trust_anchors_pem += endpoints.ca_pem;
  if (!emulated_keyguard) return;
  // Given providers replace the built-in chain, so the built-in ones are listed after the emulated one.
  std::vector<std::shared_ptr<KeyProvider>> providers =
      options.key_providers.empty() ? BuiltInKeyProviders() : options.key_providers;
  providers.insert(providers.begin(), MakeEmulatedKeyGuardProvider());
  options.key_providers = std::move(providers);
  options.attestor = MakeEmulatedAttestor(endpoints);
}

void Use(const Endpoints& endpoints, ResourceClientOptions& options) {
  options.tls.trust_anchors_pem += endpoints.ca_pem;
}

}  // namespace msiv2::emulator
