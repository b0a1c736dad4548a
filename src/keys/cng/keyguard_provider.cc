#include <optional>
#include <string>
#include <utility>

#include "keys/cng/cng_providers.h"
#include "keys/cng/named_key.h"

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
                                   .tier = KeyTier::kKeyGuard,
                                   .is_protected = &IsIsolated,
                                   .unprotected = "it is not isolated by VBS"};

class KeyGuardProvider final : public KeyProvider {
 public:
  KeyGuardProvider(NCryptSource ncrypt, windows::NamedLocks& locks)
      : ncrypt_(std::move(ncrypt)), locks_(locks) {}

  std::string_view ProviderName() const override { return kKeyGuardKey.provider; }
  KeyTier BestTier() const override { return kKeyGuardKey.tier; }

  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    const auto keystore = Open();
    if (!keystore) return keystore.error();
    return GetOrCreateNamedKey(*keystore, kKeyGuardKey, locks_);
  }

  std::optional<StoredKey> InspectStoredKey() override {
    const auto keystore = Open();
    if (keystore) return Describe(Inspect(*keystore, kKeyGuardKey));
    return StoredKey{StoredKeyState::kUnknown, keystore.error().message, keystore.error().native_code};
  }

 private:
  Result<NCryptPointer> Open() const {
    auto ncrypt = ncrypt_();
    if (!ncrypt) return ncrypt.error();
    auto keystore = OpenKeystore(*ncrypt, kKeyGuardKey.keystore);
    if (!keystore)
      return KeyFailed("opening the keystore: " + keystore.error().Text(), keystore.error().status);
    return *std::move(keystore);
  }

  const NCryptSource ncrypt_;
  windows::NamedLocks& locks_;
};

}  // namespace

std::shared_ptr<KeyProvider> MakeKeyGuardProvider(NCryptSource ncrypt, windows::NamedLocks& locks) {
  return std::make_shared<KeyGuardProvider>(std::move(ncrypt), locks);
}

}  // namespace msiv2::cng
