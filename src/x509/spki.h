// The public half of the binding key: its DER, the digest that names it in caches, and the verification of
// signatures.
#pragma once

#include <string>

#include "base/bytes.h"
#include "msiv2/key.h"

namespace msiv2::x509 {

/// SpkiDer returns the key's SubjectPublicKeyInfo: rsaEncryption with NULL parameters (RFC 3279 section
/// 2.3.1). Pure: it encodes any two numbers, even those that are not a usable key.
Bytes SpkiDer(const RsaPublicKey& key);

/// SpkiSha256Hex returns SHA-256 of `SpkiDer` as 64 lower-case hex digits. Caches use it to identify the key.
std::string SpkiSha256Hex(const RsaPublicKey& key);

/// VerifySignature returns true if the private half of `key` created `signature` over `digest`. PSS is
/// checked with MGF1 of the same digest and a salt exactly as long as the digest, as `SigningKey` creates it.
/// It returns false also for a digest of another size, an empty signature, and numbers that are not an RSA
/// key.
bool VerifySignature(const RsaPublicKey& key, SignaturePadding padding, DigestAlgorithm algorithm,
                     ByteView digest, ByteView signature);

}  // namespace msiv2::x509
