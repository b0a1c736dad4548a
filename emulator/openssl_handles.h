// Owners for OpenSSL objects, for the emulator only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace msiv2::emulator {

/// Freed calls the given OpenSSL free function when the owner is destroyed.
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContextHandle = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using CsrHandle = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using BioHandle = std::unique_ptr<BIO, Freed<BIO_free_all>>;

/// Require throws if OpenSSL could not do what only lack of memory or a broken installation prevents.
/// Emulator::Start turns the exception into an error; a request handler turns it into a 500 answer.
inline void Require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

}  // namespace msiv2::emulator
