// Verifies a certificate chain, once more with other anchors where the first attempt fails.
#pragma once

#include "crypto/handles.h"

namespace msiv2::tls {

/// VerifyChain returns true if the chain of `verification` ends at an anchor of its store. Otherwise the
/// error of `verification` says why.
bool VerifyChain(X509_STORE_CTX* verification);

/// VerifyChainAgain verifies the chain of `verification`, which VerifyChain has refused, against the anchors
/// in `anchors`, by the same rules: purpose, security level, flags and depth. On success, `verification` has
/// the verified chain and no error. Otherwise it keeps the error that says more than "issuer unknown", of
/// either attempt.
bool VerifyChainAgain(X509_STORE_CTX* verification, X509_STORE* anchors);

/// IssuerIsUnknown returns true if the error of `verification` is that its chain ends at no trust anchor.
bool IssuerIsUnknown(const X509_STORE_CTX* verification);

}  // namespace msiv2::tls
