// Step 6: check the certificate that IMDS issued, and bind it to the key.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "msiv2/binding.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::x509 {

/// CertificateExpectations holds the values that the certificate is checked against.
struct CertificateExpectations {
  std::string client_id;                  ///< of the issued credential (step 5)
  std::shared_ptr<const SigningKey> key;  ///< the key whose CSR was sent; must not be null
  std::chrono::system_clock::time_point now;
  std::string why_not_stronger{};  ///< of the key; stored with the binding
};

/// CheckCertificate returns the binding of `der` and the key if every rule of step 6 holds:
/// - the certificate is one DER certificate and nothing more;
/// - its public key is the binding key's;
/// - it has exactly one common name, the client id (case ignored);
/// - NotBefore <= now + 5 min and NotAfter > now + 5 min;
/// - its extended key usage, if any, allows client authentication;
/// - its key usage, if any, allows digital signatures.
///
/// The issuer is not checked, because the certificate comes from IMDS, and Entra checks the chain.
///
/// Errors: `invalid_certificate`, with a message that names the rule and the values.
Result<std::shared_ptr<const BindingCertificate>> CheckCertificate(const Bytes& der,
                                                                   const CertificateExpectations& expected);

}  // namespace msiv2::x509
