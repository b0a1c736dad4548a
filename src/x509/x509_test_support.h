// Shared by the x509 tests: a key that signs with OpenSSL, and certificates made to order.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/handles.h"
#include "msiv2/key.h"

namespace msiv2::x509 {

inline constexpr char kClientId[] = "11111111-2222-3333-4444-555555555555";
inline constexpr char kTenantId[] = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

/// kNow is the current time in the tests: 2026-06-01T00:00:00Z.
inline constexpr std::chrono::sys_seconds kNow =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::June / 1);

/// ReadGolden returns tests/golden/csr/`name`; a missing file fails the test.
Bytes ReadGolden(const std::string& name);

/// OpenSslKey signs with an EVP_PKEY, as the in-memory provider does, but does not protect the private part.
class OpenSslKey final : public SigningKey {
 public:
  explicit OpenSslKey(crypto::Handle<EVP_PKEY> key);
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<Bytes> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                           ByteView digest) const override;
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }
  EVP_PKEY* evp() const { return key_.get(); }

 private:
  crypto::Handle<EVP_PKEY> key_;
  RsaPublicKey public_key_;
};

/// GoldenKey returns the committed public test key.
std::shared_ptr<const OpenSslKey> GoldenKey();

/// PublicOnly returns an EVP_PKEY with the public numbers only. `type` is "RSA" or "RSA-PSS".
crypto::Handle<EVP_PKEY> PublicOnly(const RsaPublicKey& key, const char* type = "RSA");

/// NameEntry is one relative distinguished name of a subject.
struct NameEntry {
  int nid;
  int string_type;  ///< V_ASN1_PRINTABLESTRING, V_ASN1_UTF8STRING...
  std::string value;
};

/// CertificateRecipe describes a certificate. Its defaults describe a valid one.
struct CertificateRecipe {
  EVP_PKEY* public_key = nullptr;  ///< null: the golden key
  std::vector<NameEntry> subject = {{NID_domainComponent, V_ASN1_IA5STRING, kTenantId},
                                    {NID_commonName, V_ASN1_PRINTABLESTRING, kClientId}};
  std::string not_before = "260101000000Z";  ///< as written; 13 characters: UTCTime, else GeneralizedTime
  std::string not_after = "270101000000Z";
  std::vector<std::string> extended_key_usages = {"clientAuth"};  ///< one extension each
  std::vector<std::string> key_usages = {"critical,digitalSignature"};
  std::string other_extension{};  ///< the value of 1.3.6.1.4.1.99999.1, as it is; empty: none
};

/// MakeCertificate returns the certificate, DER, signed with the golden key.
Bytes MakeCertificate(const CertificateRecipe& recipe);

/// CertificateDate returns `time` as OpenSSL writes it into a certificate.
std::string CertificateDate(std::chrono::sys_seconds time);

}  // namespace msiv2::x509
