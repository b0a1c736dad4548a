#include "tests/contract/verify_signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>

namespace msiv2 {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PkeyPointer = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using ContextPointer = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using BignumPointer = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using BuilderPointer = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using ParamsPointer = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;

BignumPointer ToBignum(const std::vector<std::uint8_t>& bytes) {
  return BignumPointer(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

PkeyPointer ToPkey(const RsaPublicKey& key) {
  const BignumPointer modulus = ToBignum(key.modulus);
  const BignumPointer exponent = ToBignum(key.exponent);
  const BuilderPointer builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const ParamsPointer params(OSSL_PARAM_BLD_to_param(builder.get()));
  const ContextPointer context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* pkey = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_PUBLIC_KEY, params.get());
  return PkeyPointer(pkey);
}

const EVP_MD* ToMd(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::kSha256   ? EVP_sha256()
         : algorithm == DigestAlgorithm::kSha384 ? EVP_sha384()
                                                 : EVP_sha512();
}

}  // namespace

bool Verifies(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
              std::span<const std::uint8_t> digest, std::span<const std::uint8_t> signature) {
  const PkeyPointer pkey = ToPkey(key);
  if (pkey == nullptr) return false;
  const ContextPointer context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
  const bool pss = padding == SignaturePadding::kPss;
  if (EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), ToMd(algorithm)) != 1) {
    return false;
  }
  if (pss &&
      (EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), ToMd(algorithm)) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), static_cast<int>(DigestSize(algorithm))) != 1)) {
    return false;
  }
  return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) ==
         1;
}

}  // namespace msiv2
