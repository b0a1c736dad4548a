// Step 7: the token, and what its failure means for the certificate.
#pragma once

#include <memory>

#include "flow/steps.h"

namespace msiv2::flow {

using TokenPtr = std::shared_ptr<const AccessToken>;

/// CertificateVerdict says what a failed token request means for its certificate.
enum class CertificateVerdict {
  kNone,          ///< nothing
  kRefused,       ///< exactly this certificate must be given up
  kMaybeRefused,  ///< perhaps: the server reset the connection after our Certificate message
  kDoubtful,      ///< it may be the reason: three such failures in a row make the certificate suspect
};

/// TokenAttempt is what one request for a token returned.
struct TokenAttempt {
  Result<TokenPtr> token;
  CertificateVerdict verdict = CertificateVerdict::kNone;  ///< of a failure
};

/// FetchToken is step 7.
TokenAttempt FetchToken(const AcquisitionContext& acquisition, const Binding& binding);

}  // namespace msiv2::flow
