// An RSA-2048 key in process memory that signs and returns its public half.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "model/process_mark.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

struct rsa_st;  // OpenSSL's RSA

namespace msiv2::keys_memory {

/// RsaInMemory owns a private key. No member returns or serialises private material. The destructor wipes the
/// private parts. During a signature OpenSSL works on copies of p and q in ordinary memory, and wipes them
/// before Sign returns.
///
/// Fork: a child has a copy whose private parts are wiped before fork() returns there. The child never frees
/// that copy, since a thread of the parent may have locked the secure heap. The intermediate values of a
/// signature or key generation that runs on another thread are copied to the child unchanged.
///
/// Threads: Sign may be called at the same time from several threads.
class RsaInMemory {
 public:
  /// Generate creates a key of 2048 bits with e = 65537. Errors: `key_creation_failed`, see
  /// MakeMemoryKeyProvider. It blocks for a quarter of a second, sometimes for a whole one.
  static Result<RsaInMemory> Generate();

  /// PublicKey returns the public half.
  const RsaPublicKey& PublicKey() const { return public_key_; }

  /// Sign signs `digest` as SigningKey::SignDigest specifies. Errors: `key_sign_failed`; `used_after_fork` in
  /// a child of the process that generated the key.
  Result<Bytes> Sign(SignaturePadding padding, DigestAlgorithm algorithm, ByteView digest) const;

 private:
  struct FreeRsa {
    ProcessMark made_in;
    void operator()(rsa_st* rsa) const;
  };
  using RsaPointer = std::unique_ptr<rsa_st, FreeRsa>;

  RsaInMemory(RsaPointer rsa, RsaPublicKey public_key);

  RsaPointer rsa_;
  RsaPublicKey public_key_;
};

/// WipePrivateWords overwrites the private numbers of `rsa` in place. It takes no lock and allocates no
/// memory, so it may run in a child that was forked from a process with threads. The key can no longer sign.
void WipePrivateWords(rsa_st* rsa) noexcept;

/// FreeKey wipes and frees `rsa`.
void FreeKey(rsa_st* rsa) noexcept;

}  // namespace msiv2::keys_memory
