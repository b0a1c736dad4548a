// An RSA-2048 key in process memory that signs and gives its public half.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

struct rsa_st;  // OpenSSL's RSA

namespace msiv2::keys_memory {

/// RsaInMemory owns a private key; no member returns or serialises private material. Destroying it wipes
/// the private parts. During a signature OpenSSL works on copies of p and q in ordinary memory, which it
/// wipes before Sign returns.
///
/// Threads: Sign may be called at the same time from several threads.
class RsaInMemory {
 public:
  /// Generate makes a key of 2048 bits with e = 65537. Errors: `key_creation_failed`, see
  /// MakeMemoryKeyProvider. It blocks for a quarter of a second, sometimes for one.
  static Result<RsaInMemory> Generate();

  /// PublicKey returns the public half.
  const RsaPublicKey& PublicKey() const { return public_key_; }

  /// Sign signs `digest` as SigningKey::SignDigest says. Errors: `key_sign_failed`.
  Result<Bytes> Sign(SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) const;

 private:
  struct FreeRsa {
    void operator()(rsa_st* rsa) const;
  };
  using RsaPointer = std::unique_ptr<rsa_st, FreeRsa>;

  RsaInMemory(RsaPointer rsa, RsaPublicKey public_key);

  RsaPointer rsa_;
  RsaPublicKey public_key_;
};

}  // namespace msiv2::keys_memory
