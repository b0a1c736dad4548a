// The in-memory keys that a forked child must not keep.
#pragma once

struct rsa_st;  // OpenSSL's RSA

namespace msiv2::keys_memory {

/// WipeInChildren has the private words of `rsa` wiped in every child that this process forks, before fork()
/// returns there: until FreeRegistered. Only these words are touched, since the rest of the secure heap
/// belongs to others. Where there is no fork it does nothing. Thread-safe.
void WipeInChildren(rsa_st* rsa);

/// FreeRegistered ends WipeInChildren and frees `rsa`. No fork comes between the two. Thread-safe.
void FreeRegistered(rsa_st* rsa) noexcept;

}  // namespace msiv2::keys_memory
