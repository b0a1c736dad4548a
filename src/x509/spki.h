// The public half of the binding key: its DER, its name in caches, and what it verifies.
#pragma once

#include <string>

#include "base/bytes.h"
#include "msiv2/key.h"

namespace msiv2::x509 {

/// SpkiDer returns the key's SubjectPublicKeyInfo: rsaEncryption with NULL parameters (RFC 3279 section
/// 2.3.1). Pure; any two numbers are encoded, also those that make no usable key.
Bytes SpkiDer(const RsaPublicKey& key);

/// SpkiSha256Hex returns SHA-256 of `SpkiDer` as 64 lower-case hex digits: a name for the key in caches.
std::string SpkiSha256Hex(const RsaPublicKey& key);
/// SpkiSha256Base64Url returns the same digest as base64url without padding.
std::string SpkiSha256Base64Url(const RsaPublicKey& key);

/// VerifySignature tells whether `signature` over `digest` was made by the private half of `key`. PSS is
/// checked with MGF1 of the same digest and a salt exactly as long as the digest, as `SigningKey` makes it.
/// False also for a digest of another size, an empty signature, and numbers that are no RSA key.
bool VerifySignature(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
                     ByteView digest, ByteView signature);

}  // namespace msiv2::x509
