// RSA keys for the fake keystore, created by OpenSSL.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "msiv2/key.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace msiv2::cng::fake {

using RsaPointer = std::shared_ptr<evp_pkey_st>;

/// PooledRsa returns key number `index` (modulo a small number) of this size, the same one at each call. A
/// new key takes a quarter of a second or more. Thread-safe.
RsaPointer PooledRsa(std::uint32_t bits, std::size_t index);

/// PublicHalf returns the public numbers of a key.
RsaPublicKey PublicHalf(const RsaPointer& rsa);

/// PublicBlob writes a public key as a BCRYPT_RSAPUBLIC_BLOB.
Bytes PublicBlob(const RsaPublicKey& key);

/// Sign signs a digest; the result is empty if OpenSSL fails.
Bytes Sign(const RsaPointer& rsa, SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest);

}  // namespace msiv2::cng::fake
