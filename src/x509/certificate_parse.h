// What the certificate of step 6 says about itself, read from its DER. No rule is applied here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::x509 {

/// ParsedCertificate holds the parts of a certificate that the rules of step 6 look at.
struct ParsedCertificate {
  std::optional<RsaPublicKey> public_key;  ///< nothing: a key of another kind, or one that cannot be read
  std::vector<std::string> common_names;   ///< every CN of the subject, UTF-8, in the order of the DER
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::optional<bool> allows_client_auth;        ///< nothing: there is no extended key usage
  std::optional<bool> allows_digital_signature;  ///< nothing: there is no key usage
};

/// InvalidCertificate makes the error `invalid_certificate` of step 6.
Error InvalidCertificate(std::string message);

/// ParseCertificate reads one X.509 certificate. Strict: DER, not BER and not PEM, and not a byte more, so
/// that the bytes hashed for `x5t#S256` are the bytes that TLS sends. Every element is looked at (IsDer),
/// also those inside an RSA key and inside each extension that OpenSSL knows.
///
/// Tolerated, because no rule of step 6 reads them or an issuer may have written them for long: what stands
/// in an extension that OpenSSL does not know and in the signature, a version 1 that is written out, a
/// default that is written out inside an extension, and trailing zeros of a key usage.
///
/// Errors: `invalid_certificate`, also for a date in a form that RFC 5280 does not allow, for a common name
/// that is no text, and for a usage extension that occurs twice or cannot be read.
Result<ParsedCertificate> ParseCertificate(const Bytes& der);

}  // namespace msiv2::x509
