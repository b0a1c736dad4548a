// A SigningKey for tests, based on a plain OpenSSL key.
#pragma once

#include <openssl/evp.h>

#include <atomic>
#include <memory>
#include <optional>

#include "msiv2/key.h"

namespace msiv2::testing {

/// EvpSigningKey signs with an ordinary OpenSSL RSA key. It protects nothing.
class EvpSigningKey final : public SigningKey {
 public:
  /// Make returns a new object for this process's RSA-2048 key number `number`, which is generated on first
  /// use: generation is slow.
  static std::shared_ptr<EvpSigningKey> Make(int number = 0);

  /// FailWith makes every further signature fail with `error`.
  void FailWith(Error error);
  /// signatures returns how many signatures were made.
  int signatures() const { return signatures_; }
  /// pkey returns the OpenSSL key. It lives as long as this object.
  EVP_PKEY* pkey() const { return pkey_.get(); }

  const RsaPublicKey& PublicKey() const override { return public_key_; }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override;

 private:
  explicit EvpSigningKey(std::shared_ptr<EVP_PKEY> pkey);

  std::shared_ptr<EVP_PKEY> pkey_;
  RsaPublicKey public_key_;
  std::shared_ptr<const Error> failure_;  // read and written atomically
  mutable std::atomic<int> signatures_ = 0;
};

}  // namespace msiv2::testing
