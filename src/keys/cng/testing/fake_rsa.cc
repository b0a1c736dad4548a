#include "keys/cng/testing/fake_rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <bit>
#include <map>
#include <mutex>
#include <utility>

namespace msiv2::cng::fake {
namespace {

constexpr std::size_t kPoolSize = 8;

Bytes Number(const RsaPointer& rsa, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(rsa.get(), name, &number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  BN_free(number);
  return bytes;
}

void PutWord(Bytes& blob, std::size_t word) {
  for (unsigned shift = 0; shift < 32; shift += 8) blob.push_back(static_cast<std::uint8_t>(word >> shift));
}

const EVP_MD* Digest(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::kSha256   ? EVP_sha256()
         : algorithm == DigestAlgorithm::kSha384 ? EVP_sha384()
                                                 : EVP_sha512();
}

}  // namespace

RsaPointer PooledRsa(std::uint32_t bits, std::size_t index) {
  static std::mutex mutex;
  static std::map<std::pair<std::uint32_t, std::size_t>, RsaPointer> pool;
  std::lock_guard lock(mutex);
  RsaPointer& rsa = pool[{bits, index % kPoolSize}];
  if (rsa == nullptr) rsa = RsaPointer(EVP_RSA_gen(bits), &EVP_PKEY_free);
  return rsa;
}

RsaPublicKey PublicHalf(const RsaPointer& rsa) {
  return {Number(rsa, OSSL_PKEY_PARAM_RSA_N), Number(rsa, OSSL_PKEY_PARAM_RSA_E)};
}

Bytes PublicBlob(const RsaPublicKey& key) {
  Bytes blob;
  PutWord(blob, 0x31415352);  // BCRYPT_RSAPUBLIC_MAGIC
  PutWord(blob, 8 * key.modulus.size() - 8 + static_cast<std::size_t>(std::bit_width(key.modulus.front())));
  PutWord(blob, key.exponent.size());
  PutWord(blob, key.modulus.size());
  PutWord(blob, 0);
  PutWord(blob, 0);
  blob.insert(blob.end(), key.exponent.begin(), key.exponent.end());
  blob.insert(blob.end(), key.modulus.begin(), key.modulus.end());
  return blob;
}

Bytes Sign(const RsaPointer& rsa, SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(rsa.get(), nullptr), &EVP_PKEY_CTX_free);
  const bool pss = padding == SignaturePadding::kPss;
  Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(rsa.get())));
  std::size_t size = signature.size();
  const bool signed_it =
      EVP_PKEY_sign_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context.get(), Digest(algorithm)) == 1 &&
      (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1) &&
      EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
  signature.resize(signed_it ? size : 0);
  return signature;
}

}  // namespace msiv2::cng::fake
