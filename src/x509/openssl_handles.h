// Owners for OpenSSL objects and for its error queue. Internal to x509, because this header includes OpenSSL.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace msiv2::x509 {

/// Freed calls OpenSSL's own free function for the type.
struct Freed {
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(X509_REQ* p) const noexcept { X509_REQ_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const noexcept { EVP_PKEY_CTX_free(p); }
  void operator()(BIGNUM* p) const noexcept { BN_free(p); }
  void operator()(EXTENDED_KEY_USAGE* p) const noexcept { EXTENDED_KEY_USAGE_free(p); }
  void operator()(ASN1_BIT_STRING* p) const noexcept { ASN1_BIT_STRING_free(p); }
};

/// Handle owns one OpenSSL object.
template <typename T>
using Handle = std::unique_ptr<T, Freed>;

/// OpenSslBuffer owns memory that OpenSSL allocated for the caller.
struct FreedByOpenSsl {
  void operator()(unsigned char* p) const noexcept { OPENSSL_free(p); }
};
using OpenSslBuffer = std::unique_ptr<unsigned char, FreedByOpenSsl>;

/// ErrorQueueScope removes the errors that OpenSSL queued on this thread within the scope. Otherwise a stale
/// entry would be taken for the failure of a later TLS call. It leaves the errors that the caller's own
/// OpenSSL calls queued before.
class ErrorQueueScope {
 public:
  ErrorQueueScope() { ERR_set_mark(); }
  ~ErrorQueueScope() { ERR_pop_to_mark(); }
  ErrorQueueScope(const ErrorQueueScope&) = delete;
  ErrorQueueScope& operator=(const ErrorQueueScope&) = delete;
};

}  // namespace msiv2::x509
