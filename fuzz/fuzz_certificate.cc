// CheckCertificate on arbitrary bytes. An accepted certificate is read again with OpenSSL's own accessors,
// and must satisfy the rules of step 6 there as well.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include "base/ascii.h"
#include "base/bytes.h"
#include "base/foreign_time.h"
#include "crypto/handles.h"
#include "x509/certificate.h"
#include "x509/der_check.h"
#include "x509/thumbprint.h"

namespace {

using namespace msiv2;

constexpr char kClientId[] = "11111111-2222-3333-4444-555555555555";
constexpr std::time_t kNow =
    1780272000;  // 2026-06-01T00:00:00Z, within the validity of the seed certificates

class PublicHalf final : public SigningKey {
 public:
  explicit PublicHalf(RsaPublicKey key) : key_(std::move(key)) {}
  const RsaPublicKey& PublicKey() const override { return key_; }
  Result<Bytes> SignDigest(SignaturePadding, DigestAlgorithm, ByteView) const override { std::abort(); }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }

 private:
  RsaPublicKey key_;
};

void Require(bool holds) {
  if (!holds) std::abort();
}

crypto::Handle<X509> Decode(const Bytes& der) {
  const unsigned char* next = der.data();
  return crypto::Handle<X509>(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
}

Bytes Number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  const crypto::Handle<BIGNUM> owner(number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

// Returns the input's own key, so that the rules after the key comparison are reached; empty if it has none.
RsaPublicKey KeyOf(const Bytes& der) {
  const crypto::Handle<X509> certificate = Decode(der);
  const EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  if (key == nullptr) return {};
  return {Number(key, OSSL_PKEY_PARAM_RSA_N), Number(key, OSSL_PKEY_PARAM_RSA_E)};
}

void RequireRules(const BindingCertificate& binding, const Bytes& der) {
  Require(binding.leaf_der() == der && binding.x5t_s256() == x509::X5tS256(der));
  const crypto::Handle<X509> certificate = Decode(der);
  Require(certificate != nullptr);

  unsigned char* encoded = nullptr;
  const int length = i2d_X509(certificate.get(), &encoded);
  const crypto::Buffer owner(encoded);
  Require(length > 0 && AsText({encoded, static_cast<std::size_t>(length)}) == AsText(der));

  X509_NAME* subject = X509_get_subject_name(certificate.get());
  char name[64];
  Require(X509_NAME_get_text_by_NID(subject, NID_commonName, name, sizeof name) > 0);
  const int first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  Require(X509_NAME_get_index_by_NID(subject, NID_commonName, first) == -1);

  std::time_t margin = kNow + 5 * 60;
  Require(X509_cmp_time(X509_get0_notBefore(certificate.get()), &margin) < 0);
  Require(X509_cmp_time(X509_get0_notAfter(certificate.get()), &margin) > 0);
  Require(binding.not_before() < binding.not_after());
  Require(binding.not_before() >= kEarliestForeignTime && binding.not_after() <= kLatestForeignTime);
  Require(x509::IsDer(der));

  // OpenSSL reports the usages only if it accepts every other extension as well; no rule requires that.
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_INVALID) != 0) return;
  // Both return UINT32_MAX if the extension is missing.
  Require((X509_get_extended_key_usage(certificate.get()) & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0);
  Require((X509_get_key_usage(certificate.get()) & KU_DIGITAL_SIGNATURE) != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes der(data, data + size);
  const auto now = std::chrono::system_clock::from_time_t(kNow);

  const auto own_key = std::make_shared<const PublicHalf>(KeyOf(der));
  const auto binding = x509::CheckCertificate(der, {kClientId, own_key, now});
  if (!binding) {
    Require(binding.error().code == ErrorCode::kInvalidCertificate && !binding.error().message.empty());
    return 0;
  }
  RequireRules(**binding, der);
  RsaPublicKey foreign = own_key->PublicKey();
  foreign.modulus.back() ^= 0x80;
  Require(!x509::CheckCertificate(der, {kClientId, std::make_shared<const PublicHalf>(foreign), now}));
  return 0;
}
