// The only file that uses OpenSSL's low-level RSA functions, deprecated since 3.0. An EVP_PKEY around the
// same key leaves copies of p and q in the ordinary heap after a signature (measured with OpenSSL 3.0). They
// are in its cached Montgomery contexts. Clearing RSA_FLAG_CACHE_PRIVATE turns that cache off, and only the
// low-level functions can do this.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "keys/memory/rsa_in_memory.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include <string>
#include <utility>

#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "keys/memory/key_registry.h"

namespace msiv2::keys_memory {
namespace {

constexpr int kBits = 2048;
constexpr std::size_t kModulusSize = kBits / 8;

// Describes the newest error in OpenSSL's queue, and leaves it there.
Error DescribeLast(ErrorCode code, Step step, const std::string& what) {
  const unsigned long last = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(last);
  Error error(code, step, what + ": " + (reason != nullptr ? reason : "OpenSSL gave no reason"));
  error.native_code = static_cast<std::int64_t>(last);
  return error;
}

Bytes BigEndian(const BIGNUM* number) {
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

RsaPublicKey ReadPublicKey(const RSA* rsa) {
  return {BigEndian(RSA_get0_n(rsa)), BigEndian(RSA_get0_e(rsa))};
}

Error SignFailed(const std::string& why) { return Error(ErrorCode::kKeySignFailed, "in-memory key: " + why); }

// RFC 8017 section 8.1.1: EMSA-PSS encoding, then the bare RSA operation.
bool SignPss(RSA* rsa, const EVP_MD* md, ByteView digest, Bytes& signature) {
  Bytes encoded(kModulusSize);
  if (RSA_padding_add_PKCS1_PSS_mgf1(rsa, encoded.data(), digest.data(), md, md, RSA_PSS_SALTLEN_DIGEST) !=
      1) {
    return false;
  }
  const int written = RSA_private_encrypt(static_cast<int>(encoded.size()), encoded.data(), signature.data(),
                                          rsa, RSA_NO_PADDING);
  return written == static_cast<int>(kModulusSize);
}

bool SignPkcs1(RSA* rsa, const EVP_MD* md, ByteView digest, Bytes& signature) {
  unsigned int written = 0;
  return RSA_sign(EVP_MD_get_type(md), digest.data(), static_cast<unsigned int>(digest.size()),
                  signature.data(), &written, rsa) == 1 &&
         written == kModulusSize;
}

}  // namespace

void WipePrivateWords(rsa_st* rsa) noexcept {
  for (const BIGNUM* number : {RSA_get0_d(rsa), RSA_get0_p(rsa), RSA_get0_q(rsa), RSA_get0_dmp1(rsa),
                               RSA_get0_dmq1(rsa), RSA_get0_iqmp(rsa)}) {
    if (number != nullptr) BN_clear(const_cast<BIGNUM*>(number));
  }
}

void FreeKey(rsa_st* rsa) noexcept { RSA_free(rsa); }

void RsaInMemory::FreeRsa::operator()(rsa_st* rsa) const {
  if (made_in.IsOfParent()) return LeaveBehind(rsa);
  FreeRegistered(rsa);
}

RsaInMemory::RsaInMemory(RsaPointer rsa, RsaPublicKey public_key)
    : rsa_(std::move(rsa)), public_key_(std::move(public_key)) {}

Result<RsaInMemory> RsaInMemory::Generate() {
  const crypto::ErrorQueueScope errors;
  const crypto::Handle<BIGNUM> exponent(BN_new());
  RsaPointer rsa(RSA_new());
  // The method is named, so that an ENGINE that the application made the default does not get the key.
  if (exponent == nullptr || rsa == nullptr || BN_set_word(exponent.get(), RSA_F4) != 1 ||
      RSA_set_method(rsa.get(), RSA_PKCS1_OpenSSL()) != 1 ||
      RSA_generate_key_ex(rsa.get(), kBits, exponent.get(), nullptr) != 1) {
    return DescribeLast(ErrorCode::kKeyCreationFailed, Step::kKey,
                        "OpenSSL could not generate an RSA key (its secure heap has " +
                            std::to_string(CRYPTO_secure_used()) + " bytes in use)");
  }
  WipeInChildren(rsa.get());
  RSA_clear_flags(rsa.get(), RSA_FLAG_CACHE_PRIVATE);  // before the first signature fills the cache
  RsaPublicKey public_key = ReadPublicKey(rsa.get());
  return RsaInMemory(std::move(rsa), std::move(public_key));
}

Result<Bytes> RsaInMemory::Sign(SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) const {
  if (rsa_.get_deleter().made_in.IsOfParent()) return UsedAfterFork("the in-memory key", Step::kCsr);
  if (digest.size() != DigestSize(algorithm)) {
    return SignFailed("the digest has " + std::to_string(digest.size()) + " bytes instead of " +
                      std::to_string(DigestSize(algorithm)));
  }
  const crypto::ErrorQueueScope errors;
  const EVP_MD* md = crypto::MessageDigest(algorithm);
  Bytes signature(kModulusSize);
  const bool signed_it = padding == SignaturePadding::kPss ? SignPss(rsa_.get(), md, digest, signature)
                                                           : SignPkcs1(rsa_.get(), md, digest, signature);
  if (!signed_it) {
    return DescribeLast(ErrorCode::kKeySignFailed, Step::kCsr, "in-memory key: OpenSSL could not sign");
  }
  return signature;
}

}  // namespace msiv2::keys_memory
