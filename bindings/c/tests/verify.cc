// Verifies signatures and certificates with OpenSSL alone, without any code of msiv2.
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "bindings/c/tests/emulated_host.h"

namespace {

using PublicKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

PublicKey Load(const uint8_t* spki, size_t size) {
  return {d2i_PUBKEY(nullptr, &spki, static_cast<long>(size)), EVP_PKEY_free};
}

}  // namespace

int emulated_host_verifies(const uint8_t* spki, size_t spki_size, msiv2_padding padding,
                           msiv2_digest digest_algorithm, const uint8_t* digest, const uint8_t* signature,
                           size_t signature_size) {
  const PublicKey key = Load(spki, spki_size);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
  const EVP_MD* const digests[] = {EVP_sha256(), EVP_sha384(), EVP_sha512()};
  const EVP_MD* const md = digests[digest_algorithm];
  if (!key || !context || EVP_PKEY_verify_init(context.get()) != 1) return 0;
  const int scheme = padding == MSIV2_PADDING_PSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context.get(), scheme) != 1) return 0;
  if (EVP_PKEY_CTX_set_signature_md(context.get(), md) != 1) return 0;
  if (padding == MSIV2_PADDING_PSS &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) != 1) {
    return 0;
  }
  const auto digest_size = static_cast<size_t>(EVP_MD_get_size(md));
  return EVP_PKEY_verify(context.get(), signature, signature_size, digest, digest_size) == 1 ? 1 : 0;
}

int emulated_host_same_key(const uint8_t* certificate, size_t certificate_size, const uint8_t* spki,
                           size_t spki_size) {
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(
      d2i_X509(nullptr, &certificate, static_cast<long>(certificate_size)), X509_free);
  const PublicKey key = Load(spki, spki_size);
  return parsed && key && EVP_PKEY_eq(X509_get0_pubkey(parsed.get()), key.get()) == 1 ? 1 : 0;
}
