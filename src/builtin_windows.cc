// The built-in adapters of Windows: keys in KeyGuard, in the TPM or in memory; the user's own certificate
// store, CurrentUser\My.
#include <utility>

#include "builtin.h"
#include "cache/windows_cert_store/system_certificate_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"
#include "keys/cng/cng_providers.h"
#include "keys/cng/system_ncrypt.h"
#include "keys/memory/memory_key_provider.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2 {

std::shared_ptr<CertificateStore> MakeBuiltInCertificateStore(std::shared_ptr<Clock> clock) {
  // A certificate that one client gave up is given up for all other clients of the process.
  static const auto tombstones = std::make_shared<cache::Tombstones>();
  return cache::MakeWindowsCertificateStore({.raw = cache::MakeSystemCertificateStore(),
                                             .clock = std::move(clock),
                                             .tombstones = tombstones,
                                             .locks = &windows::SystemNamedLocks()});
}

bool FillFromSystem(std::span<std::uint8_t> /*bytes*/) { return false; }

std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders() {
  return {cng::MakeKeyGuardProvider(cng::SystemNCrypt, windows::SystemNamedLocks()),
          cng::MakePlatformCryptoProvider(cng::SystemNCrypt, windows::SystemNamedLocks()),
          MakeMemoryKeyProvider()};
}

std::vector<std::shared_ptr<KeyProvider>> SelectableKeyProviders() {
  return {cng::MakePlatformCryptoProvider(cng::SystemNCrypt, windows::SystemNamedLocks()),
          MakeMemoryKeyProvider(), cng::MakeEphemeralCngProvider(cng::SystemNCrypt)};
}

}  // namespace msiv2
