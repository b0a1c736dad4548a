#include "x509/spki.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "x509/der.h"

namespace msiv2::x509 {
namespace {

// SEQUENCE { OID 1.2.840.113549.1.1.1 (rsaEncryption), NULL }
constexpr std::uint8_t kRsaEncryption[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                           0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

crypto::Handle<EVP_PKEY> LoadPublicKey(const RsaPublicKey& key) {
  const Bytes spki = SpkiDer(key);
  const unsigned char* next = spki.data();
  return crypto::Handle<EVP_PKEY>(d2i_PUBKEY(nullptr, &next, static_cast<long>(spki.size())));
}

bool SetPadding(EVP_PKEY_CTX* context, SignaturePadding padding) {
  if (padding == SignaturePadding::kPkcs1) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

Bytes SpkiDer(const RsaPublicKey& key) {
  const Bytes rsa_public_key = Der(DerTag::kSequence, {DerUnsigned(key.modulus), DerUnsigned(key.exponent)});
  return Der(DerTag::kSequence, {kRsaEncryption, DerWholeBytes(rsa_public_key)});
}

std::string SpkiSha256Hex(const RsaPublicKey& key) { return crypto::Sha256Hex(SpkiDer(key)); }

bool VerifySignature(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
                     ByteView digest, ByteView signature) {
  crypto::ErrorQueueScope errors;
  if (digest.size() != DigestSize(algorithm)) return false;
  const crypto::Handle<EVP_PKEY> public_key = LoadPublicKey(key);
  if (!public_key) return false;
  // RFC 8017 section 8.1.2, step 1. OpenSSL accepts a PSS signature without its leading zeros.
  if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(public_key.get()))) return false;
  const crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(public_key.get(), nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1) return false;
  if (!SetPadding(context.get(), padding)) return false;
  if (EVP_PKEY_CTX_set_signature_md(context.get(), crypto::MessageDigest(algorithm)) != 1) return false;
  return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) ==
         1;
}

}  // namespace msiv2::x509
