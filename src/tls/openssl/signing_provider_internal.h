// Shared by the parts of the signing provider.
#pragma once

#include <openssl/core.h>

#include <memory>

#include "msiv2/key.h"

namespace msiv2::tls {

/// kProviderName names the provider inside its private library context.
inline constexpr char kProviderName[] = "msiv2";
/// kProviderQuery selects the provider in a fetch.
inline constexpr char kProviderQuery[] = "provider=msiv2";
/// kAlgorithmNames are the names under which OpenSSL looks for an RSA key.
inline constexpr char kAlgorithmNames[] = "RSA:rsaEncryption";
/// kSigningKeyParameter carries the address of a std::shared_ptr<const SigningKey> into an import.
inline constexpr char kSigningKeyParameter[] = "msiv2-signing-key";

/// ProviderKey is what OpenSSL holds for one EVP_PKEY. Without `signer` it is a bare public key, which
/// OpenSSL imports only to compare it with ours (X509_check_private_key).
struct ProviderKey {
  std::shared_ptr<const SigningKey> signer;
  RsaPublicKey public_key;
};

/// KeyManagementTable returns the functions of OSSL_OP_KEYMGMT. It is a function, so that the table is ready
/// even for a caller that runs while static objects are being created.
const OSSL_DISPATCH* KeyManagementTable();
/// SignatureTable returns the functions of OSSL_OP_SIGNATURE.
const OSSL_DISPATCH* SignatureTable();

/// Guarded returns 1 if `body` returns true. It returns 0, OpenSSL's failure, if `body` returns false or
/// throws, because no exception may cross C.
template <typename Body>
int Guarded(Body body) noexcept {
  try {
    return body() ? 1 : 0;
  } catch (...) {
    return 0;
  }
}

/// Entry returns a dispatch entry. OpenSSL casts the function back according to its number.
template <typename Function>
OSSL_DISPATCH Entry(int number, Function* function) noexcept {
  return {number, reinterpret_cast<void (*)()>(function)};
}

}  // namespace msiv2::tls
