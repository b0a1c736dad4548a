// Fake keys for tests of policy: they have a strength and an origin and count their uses, but cannot sign.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "msiv2/key.h"

namespace msiv2::testing {

class FakeKey final : public SigningKey {
 public:
  explicit FakeKey(KeyStrength strength, KeyOrigin origin = KeyOrigin::kPlatform)
      : strength_(strength), origin_(origin) {
    public_key_.modulus.assign(256, 0xc5);
    public_key_.exponent = {1, 0, 1};
  }

  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t>) const override {
    return Error(ErrorCode::kKeySignFailed, "a fake key cannot sign");
  }
  KeyStrength Strength() const override { return strength_; }
  KeyOrigin Origin() const override { return origin_; }

 private:
  RsaPublicKey public_key_;
  KeyStrength strength_;
  KeyOrigin origin_;
};

/// FakeProvider returns one FakeKey of its strength and counts how often it was asked.
class FakeProvider final : public KeyProvider {
 public:
  explicit FakeProvider(KeyStrength strength, KeyOrigin origin = KeyOrigin::kPlatform)
      : key_(std::make_shared<FakeKey>(strength, origin)) {}

  std::string_view ProviderName() const override { return "fake"; }
  KeyStrength BestStrength() const override { return key_->Strength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    ++calls;
    return std::shared_ptr<const SigningKey>(key_);
  }

  std::atomic<int> calls{0};

 private:
  std::shared_ptr<FakeKey> key_;
};

}  // namespace msiv2::testing
