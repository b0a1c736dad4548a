#include "x509/certificate.h"

#include <utility>

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "base/foreign_time.h"
#include "model/lifetimes.h"
#include "x509/certificate_parse.h"
#include "x509/thumbprint.h"
#include "x509/utc_time.h"

namespace msiv2::x509 {
namespace {

using std::chrono::sys_seconds;

constexpr std::chrono::minutes kClockSkew{5};  // how far this host's clock may be behind

Result<void> CheckPublicKey(const ParsedCertificate& certificate, const RsaPublicKey& expected) {
  if (!certificate.public_key) return InvalidCertificate("the certificate's public key is not an RSA key");
  if (*certificate.public_key == expected) return {};
  return InvalidCertificate("the certificate is for another key than the binding key (their moduli have " +
                            std::to_string(certificate.public_key->modulus.size()) + " and " +
                            std::to_string(expected.modulus.size()) + " bytes)");
}

Result<void> CheckCommonName(const ParsedCertificate& certificate, const std::string& client_id) {
  const auto& names = certificate.common_names;
  if (names.size() != 1) {
    return InvalidCertificate("the certificate has " + std::to_string(names.size()) +
                              " common names; it must have exactly one");
  }
  if (!names.front().empty() && EqualsIgnoreCase(names.front(), client_id)) return {};
  return InvalidCertificate("the certificate's common name is \"" +
                            ForeignText(Printable(names.front(), 100)) + "\", not the client id \"" +
                            Printable(client_id, 100) + "\"");
}

Result<void> CheckValidity(const ParsedCertificate& certificate, sys_seconds now) {
  if (certificate.not_before > now + kClockSkew) {
    return InvalidCertificate("the certificate is not valid before " + Rfc3339(certificate.not_before) +
                              ", and now is " + Rfc3339(now) + " (5 minutes of difference are allowed)");
  }
  if (certificate.not_after <= now + kExpiryMargin) {
    return InvalidCertificate("the certificate is valid until " + Rfc3339(certificate.not_after) +
                              ", and now is " + Rfc3339(now) + " (more than 5 minutes must be left)");
  }
  return {};
}

Result<void> CheckUsage(const ParsedCertificate& certificate) {
  if (!certificate.allows_client_auth.value_or(true)) {
    return InvalidCertificate(
        "the certificate's extended key usage has neither clientAuth nor anyExtendedKeyUsage");
  }
  if (!certificate.allows_digital_signature.value_or(true)) {
    return InvalidCertificate("the certificate's key usage lacks digitalSignature");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const BindingCertificate>> CheckCertificate(const Bytes& der,
                                                                   const CertificateExpectations& expected) {
  const Result<ParsedCertificate> certificate = ParseCertificate(der);
  if (!certificate) return certificate.error();
  if (auto ok = CheckPublicKey(*certificate, expected.key->PublicKey()); !ok) return ok.error();
  if (auto ok = CheckCommonName(*certificate, expected.client_id); !ok) return ok.error();
  const auto now = std::chrono::floor<std::chrono::seconds>(expected.now);
  if (auto ok = CheckValidity(*certificate, now); !ok) return ok.error();
  if (auto ok = CheckUsage(*certificate); !ok) return ok.error();

  BindingCertificate::Fields fields;
  fields.leaf_der = der;
  fields.x5t_s256 = X5tS256(der);
  fields.not_before = ClampForeignTime(certificate->not_before);
  fields.not_after = ClampForeignTime(certificate->not_after);
  fields.key = expected.key;
  fields.why_not_stronger = expected.why_not_stronger;
  return std::make_shared<const BindingCertificate>(std::move(fields));
}

}  // namespace msiv2::x509
