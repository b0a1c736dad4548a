// The provider of one persisted key.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "keys/cng/named_key.h"
#include "msiv2/key.h"
#include "windows/named_lock.h"

namespace msiv2::cng {

/// NamedKeyProvider is the provider of `key`, a persisted key of this user. Each call opens the keystore
/// again.
///
/// Lifetime: `locks` and the views of `key` outlive it.
class NamedKeyProvider final : public KeyProvider {
 public:
  NamedKeyProvider(const NamedKey& key, NCryptSource ncrypt, windows::NamedLocks& locks)
      : key_(key), ncrypt_(std::move(ncrypt)), locks_(locks) {}

  std::string_view ProviderName() const override { return key_.provider; }
  KeyStrength BestStrength() const override { return key_.strength; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override;
  std::optional<StoredKey> InspectStoredKey() override;

 private:
  Result<NCryptPointer> Open() const;

  const NamedKey key_;
  const NCryptSource ncrypt_;
  windows::NamedLocks& locks_;
};

}  // namespace msiv2::cng
