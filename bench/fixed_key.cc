#include "bench/fixed_key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace msiv2::bench {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "fixed key: %s\n", why.c_str());
  std::exit(1);
}

Pkey Read(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "r"), BIO_free);
  Pkey key(file ? PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr, EVP_PKEY_free);
  if (!key) Stop(path + " has no private key");
  return key;
}

class FixedKey final : public SigningKey {
 public:
  explicit FixedKey(Pkey key) : key_(std::move(key)) {
    for (const auto& [name, number] :
         {std::pair{"n", &public_key_.modulus}, std::pair{"e", &public_key_.exponent}}) {
      BIGNUM* value = nullptr;
      if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) Stop("no public key");
      number->resize(static_cast<std::size_t>(BN_num_bytes(value)));
      BN_bn2bin(value, number->data());
      BN_free(value);
    }
  }
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    const EVP_MD* const hash = algorithm == DigestAlgorithm::kSha256   ? EVP_sha256()
                               : algorithm == DigestAlgorithm::kSha384 ? EVP_sha384()
                                                                       : EVP_sha512();
    const bool pss = padding == SignaturePadding::kPss;
    std::vector<std::uint8_t> signature(256);
    std::size_t length = signature.size();
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    const bool ok =
        EVP_PKEY_sign_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context.get(), hash) == 1 &&
        (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1) &&
        EVP_PKEY_sign(context.get(), signature.data(), &length, digest.data(), digest.size()) == 1;
    if (!ok) Stop("no signature");
    return signature;
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }

 private:
  Pkey key_;
  RsaPublicKey public_key_;
};

class FixedKeyProvider final : public KeyProvider {
 public:
  explicit FixedKeyProvider(const std::string& path) : key_(std::make_shared<const FixedKey>(Read(path))) {}
  std::string_view ProviderName() const override { return "fixed"; }
  KeyStrength BestStrength() const override { return KeyStrength::kSoftware; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override { return key_; }

 private:
  const std::shared_ptr<const SigningKey> key_;
};

}  // namespace

std::shared_ptr<KeyProvider> MakeFixedKeyProvider(const std::string& path) {
  return std::make_shared<FixedKeyProvider>(path);
}

}  // namespace msiv2::bench
