#include <optional>
#include <string>
#include <utility>

#include "keys/cng/cng_providers.h"
#include "keys/cng/named_key_provider.h"

namespace msiv2::cng {
namespace {

/// SaysHardware reads "Impl Type". The SDK documents it for keystores only, so the keystore's value decides.
NCryptResult<bool> SaysHardware(const NCryptObject& object) {
  const auto type = ReadNumber(object, kImplTypeProperty);
  if (!type) return type.error();
  return (*type & kImplHardwareFlag) != 0;
}

/// IsInHardware returns false only if the key contradicts its keystore, which has reported that it is
/// hardware. A key without a readable value is accepted.
NCryptResult<bool> IsInHardware(const NCryptObject& key) {
  const auto hardware = SaysHardware(key);
  return !hardware || *hardware;
}

Error NeverUsable(Error error) {
  error.retryable = false;
  return error;
}

/// RefusalOf returns why a keystore is not hardware, before a key is created in it. A keystore without the
/// property is rejected like one that denies being hardware. If the property could not be read, a retry may
/// succeed.
std::optional<Error> RefusalOf(const NCryptObject& keystore) {
  const auto hardware = SaysHardware(keystore);
  if (hardware && *hardware) return std::nullopt;
  if (hardware) return NeverUsable(KeyFailed("the keystore says that it is not hardware", NCryptStatus::kOk));
  const NCryptFailure& failure = hardware.error();
  Error error = KeyFailed("the keystore does not say that it is hardware: " + failure.Text(), failure.status);
  // NTE_INVALID_PARAMETER: our parameters are constants, so the property is unknown (Wine).
  const bool unknown = SaysNoSuchProperty(failure) || failure.status == NCryptStatus::kInvalidParameter;
  return unknown ? NeverUsable(std::move(error)) : error;
}

constexpr NamedKey kHardwareKey = {.provider = "platform-crypto",
                                   .keystore = kPlatformKeystore,
                                   .name = "HardwareRSAKey",
                                   .flags = 0,
                                   .usage = kAllowSigningFlag,
                                   .strength = KeyStrength::kHardware,
                                   .is_protected = &IsInHardware,
                                   .unprotected = "it says that it is not in hardware",
                                   .refuse_keystore = &RefusalOf};

}  // namespace

std::shared_ptr<KeyProvider> MakePlatformCryptoProvider(NCryptSource ncrypt, windows::NamedLocks& locks) {
  return std::make_shared<NamedKeyProvider>(kHardwareKey, std::move(ncrypt), locks);
}

}  // namespace msiv2::cng
