// Parses the certificate of step 6 from its DER. No rule is applied here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::x509 {

/// ParsedCertificate holds the parts of a certificate that the rules of step 6 check.
struct ParsedCertificate {
  std::optional<RsaPublicKey> public_key;  ///< nullopt: another kind of key, or an unreadable key
  std::vector<std::string> common_names;   ///< every CN of the subject, UTF-8, in the order of the DER
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::optional<bool> allows_client_auth;        ///< nullopt: there is no extended key usage
  std::optional<bool> allows_digital_signature;  ///< nullopt: there is no key usage
};

/// InvalidCertificate returns the error `invalid_certificate` of step 6.
Error InvalidCertificate(std::string message);

/// ParseCertificate parses one X.509 certificate. It is strict: DER, not BER and not PEM, and no further
/// bytes. So the bytes hashed for `x5t#S256` are the bytes that TLS sends. Every element is checked (IsDer),
/// also those inside an RSA key and inside each extension that OpenSSL knows.
///
/// Some deviations are accepted, because no rule of step 6 reads them, or because an issuer may have used
/// them for long:
/// - any contents of the signature and of an extension that OpenSSL does not know;
/// - an explicit version 1;
/// - an explicit default inside an extension;
/// - trailing zeros of a key usage.
///
/// Errors: `invalid_certificate`. This includes a date in a form that RFC 5280 does not allow, and a common
/// name that is not text. It also includes a usage extension that occurs twice or cannot be read.
Result<ParsedCertificate> ParseCertificate(const Bytes& der);

}  // namespace msiv2::x509
