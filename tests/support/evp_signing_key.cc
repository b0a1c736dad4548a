#include "tests/support/evp_signing_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <map>
#include <mutex>

namespace msiv2::testing {
namespace {

std::vector<std::uint8_t> PublicNumber(EVP_PKEY* pkey, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(pkey, name, &number);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  BN_free(number);
  return bytes;
}

const EVP_MD* MessageDigest(DigestAlgorithm algorithm) {
  if (algorithm == DigestAlgorithm::kSha256) return EVP_sha256();
  return algorithm == DigestAlgorithm::kSha384 ? EVP_sha384() : EVP_sha512();
}

}  // namespace

std::shared_ptr<EvpSigningKey> EvpSigningKey::Make(int number) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<EVP_PKEY>> keys;
  std::lock_guard lock(mutex);
  auto& key = keys[number];
  if (!key) key.reset(EVP_RSA_gen(2048), EVP_PKEY_free);
  return std::shared_ptr<EvpSigningKey>(new EvpSigningKey(key));
}

EvpSigningKey::EvpSigningKey(std::shared_ptr<EVP_PKEY> pkey)
    : pkey_(std::move(pkey)),
      public_key_{PublicNumber(pkey_.get(), OSSL_PKEY_PARAM_RSA_N),
                  PublicNumber(pkey_.get(), OSSL_PKEY_PARAM_RSA_E)} {}

void EvpSigningKey::FailWith(Error error) {
  std::atomic_store(&failure_, std::make_shared<const Error>(std::move(error)));
}

Result<std::vector<std::uint8_t>> EvpSigningKey::SignDigest(SignaturePadding padding,
                                                            DigestAlgorithm algorithm,
                                                            std::span<const std::uint8_t> digest) const {
  if (const auto failure = std::atomic_load(&failure_)) return *failure;
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(pkey_.get(), nullptr), EVP_PKEY_CTX_free);
  const bool pss = padding == SignaturePadding::kPss;
  std::vector<std::uint8_t> signature(public_key_.modulus.size());
  std::size_t size = signature.size();
  const bool signed_digest =
      EVP_PKEY_sign_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context.get(), MessageDigest(algorithm)) == 1 &&
      (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1) &&
      EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
  if (!signed_digest) return Error(ErrorCode::kKeySignFailed, "the test key did not sign");
  ++signatures_;
  return signature;
}

}  // namespace msiv2::testing
