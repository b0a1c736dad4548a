#include "keys/cng/cng_providers.h"
#include "keys/cng/named_key_provider.h"

namespace msiv2::cng {
namespace {

/// IsIsolated reads "Virtual Iso". Windows has that property on isolated keys only.
NCryptResult<bool> IsIsolated(const NCryptObject& key) {
  const auto isolated = ReadNumber(key, kVirtualIsoProperty);
  if (isolated) return *isolated != 0;
  if (SaysNoSuchProperty(isolated.error())) return false;
  return isolated.error();
}

// IMDS refuses a credential for an isolated key that is not per-boot.
constexpr NamedKey kKeyGuardKey = {.provider = "keyguard",
                                   .keystore = kSoftwareKeystore,
                                   .name = "KeyGuardRSAKey",
                                   .flags = kUseVirtualIsolationFlag | kUsePerBootKeyFlag,
                                   .usage = kAllowAllUsages,
                                   .strength = KeyStrength::kKeyGuard,
                                   .is_protected = &IsIsolated,
                                   .unprotected = "it is not isolated by VBS"};

}  // namespace

std::shared_ptr<KeyProvider> MakeKeyGuardProvider(NCryptSource ncrypt, windows::NamedLocks& locks) {
  return std::make_shared<NamedKeyProvider>(kKeyGuardKey, std::move(ncrypt), locks);
}

}  // namespace msiv2::cng
