// The in-memory keys that a forked child must not keep.
#pragma once

struct rsa_st;  // OpenSSL's RSA

namespace msiv2::keys_memory {

/// WipeInChildren registers `rsa`: its private words are wiped in every child that this process forks, before
/// fork() returns there. The registration lasts until FreeRegistered. Only these words are touched, since the
/// rest of the secure heap belongs to others. On a system without fork it does nothing. Thread-safe.
void WipeInChildren(rsa_st* rsa);

/// FreeRegistered ends the registration and frees `rsa`. No fork happens between the two. Thread-safe.
void FreeRegistered(rsa_st* rsa) noexcept;

}  // namespace msiv2::keys_memory
