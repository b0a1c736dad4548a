// A key that a keystore stores under a name, as far as the library can tell.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "msiv2/key.h"

namespace msiv2::testing {

/// kPersistedContainer is the container of a PersistedKey: the one of the KeyGuard keys.
inline const KeyContainer kPersistedContainer{"Microsoft Software Key Storage Provider", "KeyGuardRSAKey"};

/// PersistedKey signs with another key, and says that it is in kPersistedContainer.
class PersistedKey final : public SigningKey {
 public:
  PersistedKey(std::shared_ptr<const SigningKey> inner, KeyOrigin origin)
      : inner_(std::move(inner)), origin_(origin) {}
  const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    return inner_->SignDigest(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return origin_; }
  std::optional<KeyContainer> Container() const override { return kPersistedContainer; }

 private:
  const std::shared_ptr<const SigningKey> inner_;
  const KeyOrigin origin_;
};

/// PersistedKeyProvider returns a PersistedKey over `inner`.
class PersistedKeyProvider final : public KeyProvider {
 public:
  explicit PersistedKeyProvider(std::shared_ptr<const SigningKey> inner,
                                KeyOrigin origin = KeyOrigin::kPlatform)
      : key_(std::make_shared<PersistedKey>(std::move(inner), origin)) {}
  std::string_view ProviderName() const override { return "persisted"; }
  KeyStrength BestStrength() const override { return KeyStrength::kSoftware; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override { return key_; }

 private:
  const std::shared_ptr<const SigningKey> key_;
};

}  // namespace msiv2::testing
