// An in-process OpenSSL 3 provider that lets OpenSSL sign with any SigningKey.
//
// OpenSSL asks an EVP_PKEY's provider to sign. A provider that forwards to SigningKey::SignDigest makes a key
// in a TPM, in KeyGuard or in locked memory usable for TLS. The key never moves. The provider has a library
// context of its own, so it never takes part in the program's other cryptography.
#pragma once

#include <memory>

#include "crypto/handles.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::tls {

/// MakePkey returns an EVP_PKEY of type RSA that signs with `key` and keeps it alive.
///
/// It signs with RSASSA-PSS (salt as long as the digest, MGF1 with the same digest) and RSASSA-PKCS1-v1_5
/// over SHA-256, SHA-384 and SHA-512. It refuses every other parameter. Its public half can be exported. Any
/// export that asks for the private half fails. Verification needs a plain public key.
///
/// Threads: the EVP_PKEY may be used from several threads, as the key may. Errors: `tls_failed`.
Result<crypto::Handle<EVP_PKEY>> MakePkey(std::shared_ptr<const SigningKey> key);

}  // namespace msiv2::tls
