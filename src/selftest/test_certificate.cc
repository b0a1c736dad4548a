#include "selftest/test_certificate.h"

#include <openssl/asn1.h>
#include <openssl/rsa.h>

#include <array>

#include "crypto/errors.h"
#include "crypto/handles.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

constexpr unsigned int kBits = 2048;
constexpr std::chrono::hours kLife{1};

crypto::Handle<EVP_PKEY> PublicHalf(const RsaPublicKey& key) {
  const Bytes spki = x509::SpkiDer(key);
  const unsigned char* at = spki.data();
  return crypto::Handle<EVP_PKEY>(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
}

bool SetNames(X509& certificate, const std::string& name) {
  X509_NAME* const subject = X509_get_subject_name(&certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  return X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_UTF8STRING, text,
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, subject) == 1;
}

bool SetNumbers(X509& certificate, std::chrono::system_clock::time_point now, const RandomSource& random) {
  std::array<std::uint8_t, 8> serial{};
  random(serial);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3f) | 0x40);  // positive, and of this length
  const crypto::Handle<BIGNUM> number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  return X509_set_version(&certificate, 2) == 1 && number != nullptr &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr &&
         ASN1_TIME_set(X509_getm_notBefore(&certificate), std::chrono::system_clock::to_time_t(now)) !=
             nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), std::chrono::system_clock::to_time_t(now + kLife)) !=
             nullptr;
}

}  // namespace

Result<Bytes> MakeTestCertificate(const std::string& name, const SigningKey* key,
                                  std::chrono::system_clock::time_point now, const RandomSource& random) {
  const crypto::ErrorQueueScope quiet;
  // A store does not verify signatures, so any key may sign.
  const crypto::Handle<EVP_PKEY> signer(EVP_RSA_gen(kBits));
  const crypto::Handle<EVP_PKEY> foreign = key == nullptr ? nullptr : PublicHalf(key->PublicKey());
  EVP_PKEY* const subject_key = key == nullptr ? signer.get() : foreign.get();
  const crypto::Handle<X509> certificate(X509_new());
  if (signer == nullptr || subject_key == nullptr || certificate == nullptr ||
      !SetNames(*certificate, name) || !SetNumbers(*certificate, now, random) ||
      X509_set_pubkey(certificate.get(), subject_key) != 1 ||
      X509_sign(certificate.get(), signer.get(), EVP_sha256()) == 0) {
    return Error(ErrorCode::kInvalidCertificate, "OpenSSL makes no certificate to test the store with");
  }
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(certificate.get(), &encoded);
  const crypto::Buffer owned(encoded);
  if (size <= 0) return Error(ErrorCode::kInvalidCertificate, "OpenSSL does not encode a certificate");
  return Bytes(encoded, encoded + size);
}

}  // namespace msiv2::selftest
