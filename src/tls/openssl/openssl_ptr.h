// Owners of OpenSSL objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace msiv2::tls {

/// FreeWith is a deleter that calls an OpenSSL free function.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using UniqueBignum = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using UniqueBio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using UniqueMdContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using UniqueParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using UniqueParams = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using UniquePkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using UniquePkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using UniqueX509 = std::unique_ptr<X509, FreeWith<X509_free>>;
using UniqueX509Store = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;

}  // namespace msiv2::tls
