#include "emulator/emulated_key.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <mutex>
#include <utility>

#include "emulator/emulator.h"
#include "emulator/openssl_handles.h"

namespace msiv2::emulator {
namespace {

const EVP_MD* Digest(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kSha256:
      return EVP_sha256();
    case DigestAlgorithm::kSha384:
      return EVP_sha384();
    case DigestAlgorithm::kSha512:
      return EVP_sha512();
  }
  return nullptr;
}

std::vector<std::uint8_t> PublicNumber(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  BN_free(number);
  return bytes;
}

class EmulatedKey final : public SigningKey {
 public:
  explicit EmulatedKey(KeyHandle key)
      : key_(std::move(key)),
        public_key_{PublicNumber(key_.get(), OSSL_PKEY_PARAM_RSA_N),
                    PublicNumber(key_.get(), OSSL_PKEY_PARAM_RSA_E)} {}

  const RsaPublicKey& PublicKey() const override { return public_key_; }
  KeyStrength Strength() const override { return KeyStrength::kKeyGuard; }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }

  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    const EVP_MD* md = Digest(algorithm);
    if (!md || digest.size() != DigestSize(algorithm)) {
      return Error(ErrorCode::kKeySignFailed, "the digest does not have its algorithm's length");
    }
    const KeyContextHandle context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    const bool pss = padding == SignaturePadding::kPss;
    std::vector<std::uint8_t> signature(public_key_.modulus.size());
    std::size_t size = signature.size();
    const bool signed_it =
        context && EVP_PKEY_sign_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1 &&
        (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1) &&
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
    if (!signed_it || size != signature.size()) {
      return Error(ErrorCode::kKeySignFailed, "OpenSSL could not sign with the emulated key");
    }
    return signature;
  }

 private:
  KeyHandle key_;
  RsaPublicKey public_key_;
};

class EmulatedKeyGuardProvider final : public KeyProvider {
 public:
  std::string_view ProviderName() const override { return "emulated-keyguard"; }
  KeyStrength BestStrength() const override { return KeyStrength::kKeyGuard; }

  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    std::lock_guard lock(mutex_);
    if (key_) return key_;
    auto made = MakeEmulatedKey();
    if (made) key_ = *made;
    return made;
  }

  void Discard(const SigningKey& key) override {
    std::lock_guard lock(mutex_);
    if (key_.get() == &key) key_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const SigningKey> key_;
};

}  // namespace

Result<std::shared_ptr<const SigningKey>> MakeEmulatedKey() {
  KeyHandle key(EVP_RSA_gen(2048));
  if (!key) return Error(ErrorCode::kKeyCreationFailed, "OpenSSL could not make the emulated key");
  return std::shared_ptr<const SigningKey>(std::make_shared<EmulatedKey>(std::move(key)));
}

std::shared_ptr<KeyProvider> MakeEmulatedKeyGuardProvider() {
  return std::make_shared<EmulatedKeyGuardProvider>();
}

}  // namespace msiv2::emulator
