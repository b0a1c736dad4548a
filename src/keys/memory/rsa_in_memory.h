// An RSA-2048 key in process memory that signs and gives its public half.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "model/process_mark.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

struct rsa_st;  // OpenSSL's RSA

namespace msiv2::keys_memory {

/// RsaInMemory owns a private key; no member returns or serialises private material. Destroying it wipes
/// the private parts. During a signature OpenSSL works on copies of p and q in ordinary memory, which it
/// wipes before Sign returns.
///
/// Fork: a child has a copy whose private parts are wiped before fork() returns in it. It never frees that
/// copy, since the secure heap may have been locked by a thread of the parent. What a signature or a key
/// generation had under way on other threads is copied to the child as it was.
///
/// Threads: Sign may be called at the same time from several threads.
class RsaInMemory {
 public:
  /// Generate makes a key of 2048 bits with e = 65537. Errors: `key_creation_failed`, see
  /// MakeMemoryKeyProvider. It blocks for a quarter of a second, sometimes for one.
  static Result<RsaInMemory> Generate();

  /// PublicKey returns the public half.
  const RsaPublicKey& PublicKey() const { return public_key_; }

  /// Sign signs `digest` as SigningKey::SignDigest says. Errors: `key_sign_failed`; `used_after_fork` in a
  /// child of the process that generated the key.
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

/// WipePrivateWords overwrites the private numbers of `rsa` where they lie. It takes no lock and no memory,
/// so that it may run in a child that was forked from a process with threads. The key can sign no more.
void WipePrivateWords(rsa_st* rsa) noexcept;

/// FreeKey releases `rsa` and wipes it.
void FreeKey(rsa_st* rsa) noexcept;

}  // namespace msiv2::keys_memory
