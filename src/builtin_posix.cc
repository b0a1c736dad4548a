// The built-in adapters of systems without a keystore of their own: keys in memory, no certificate store.
#include <unistd.h>

#include "builtin.h"
#include "keys/memory/memory_key_provider.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2 {

// NOLINTNEXTLINE(performance-unnecessary-value-param): the store of Windows keeps the clock
std::shared_ptr<CertificateStore> MakeBuiltInCertificateStore(std::shared_ptr<Clock> /*clock*/) {
  return nullptr;
}

bool FillFromSystem(std::span<std::uint8_t> bytes) {
  constexpr std::size_t kMost = 256;  // of one call
  return bytes.size() <= kMost && ::getentropy(bytes.data(), bytes.size()) == 0;
}

std::vector<std::shared_ptr<KeyProvider>> BuiltInKeyProviders() { return {MakeMemoryKeyProvider()}; }

std::vector<std::shared_ptr<KeyProvider>> SelectableKeyProviders() { return {MakeMemoryKeyProvider()}; }

}  // namespace msiv2
