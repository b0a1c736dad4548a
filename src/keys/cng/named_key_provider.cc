#include "keys/cng/named_key_provider.h"

namespace msiv2::cng {

Result<std::shared_ptr<const SigningKey>> NamedKeyProvider::GetOrCreateKey() {
  const auto keystore = Open();
  if (!keystore) return keystore.error();
  return GetOrCreateNamedKey(*keystore, key_, locks_);
}

std::optional<StoredKey> NamedKeyProvider::InspectStoredKey() {
  const auto keystore = Open();
  if (keystore) return Describe(Inspect(*keystore, key_));
  return StoredKey{StoredKeyState::kUnknown, keystore.error().message, keystore.error().native_code};
}

Result<NCryptPointer> NamedKeyProvider::Open() const {
  auto ncrypt = ncrypt_();
  if (!ncrypt) return ncrypt.error();
  auto keystore = OpenKeystore(*ncrypt, key_.keystore);
  if (!keystore)
    return KeyFailed("opening the keystore: " + keystore.error().Text(), keystore.error().status);
  if (key_.refuse_keystore != nullptr) {
    if (auto refusal = key_.refuse_keystore(**keystore)) return *std::move(refusal);
  }
  return *std::move(keystore);
}

}  // namespace msiv2::cng
