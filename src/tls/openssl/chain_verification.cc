#include "tls/openssl/chain_verification.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace msiv2::tls {
namespace {

bool IssuerIsUnknown(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return true;
    default:
      return false;
  }
}

// Prepares `again` for the chain and the rules of `first`. The parameters of `first` hold the rules of its
// store, of the purpose and of the connection.
bool Prepare(X509_STORE_CTX* again, X509_STORE_CTX* first, X509_STORE* anchors) {
  if (X509_STORE_CTX_init(again, anchors, X509_STORE_CTX_get0_cert(first),
                          X509_STORE_CTX_get0_untrusted(first)) != 1) {
    return false;
  }
  crypto::Handle<X509_VERIFY_PARAM> rules(X509_VERIFY_PARAM_new());
  if (rules == nullptr || X509_VERIFY_PARAM_set1(rules.get(), X509_STORE_CTX_get0_param(first)) != 1)
    return false;
  X509_STORE_CTX_set0_param(again, rules.release());
  return true;
}

}  // namespace

bool IssuerIsUnknown(const X509_STORE_CTX* verification) {
  return IssuerIsUnknown(X509_STORE_CTX_get_error(verification));
}

// OpenSSL 3.0.1 and older treat a negative result as "try again" (CVE-2021-4044).
bool VerifyChain(X509_STORE_CTX* verification) { return X509_verify_cert(verification) == 1; }

bool VerifyChainAgain(X509_STORE_CTX* verification, X509_STORE* anchors) {
  const crypto::Handle<X509_STORE_CTX> again(X509_STORE_CTX_new());
  if (again == nullptr || !Prepare(again.get(), verification, anchors)) return false;
  if (VerifyChain(again.get())) {
    STACK_OF(X509)* const chain = X509_STORE_CTX_get1_chain(again.get());
    if (chain == nullptr) return false;
    X509_STORE_CTX_set0_verified_chain(verification, chain);
    X509_STORE_CTX_set_error(verification, X509_V_OK);
    ERR_clear_error();  // from the first attempt
    return true;
  }
  const int error = X509_STORE_CTX_get_error(again.get());
  if (!IssuerIsUnknown(error)) X509_STORE_CTX_set_error(verification, error);
  return false;
}

}  // namespace msiv2::tls
