// The in-memory key provider: an RSA-2048 key that exists only as long as the process.
#pragma once

#include <memory>

#include "keys/memory_protection.h"
#include "msiv2/key.h"

namespace msiv2 {

/// KeyMemoryProtection returns what this process was granted, for a notice to the operator. It sets up the
/// secure heap if that has not happened. The result never changes afterwards. Thread-safe.
MemoryProtection KeyMemoryProtection();

/// MakeMemoryKeyProvider creates a provider of one software key: RSA-2048, e = 65537, in the memory of this
/// process only. The first GetOrCreateKey creates the key, which takes a quarter of a second or more. The key
/// stays the same for the life of the provider, unless it is discarded.
///
/// Errors: `key_creation_failed`, retryable, with OpenSSL's code in `native_code`. If the secure heap is
/// full, creation fails: no key is created outside it. In a forked child, provider and key of the parent
/// return `used_after_fork`, and the key's private parts are wiped there.
///
/// There is one secure heap for the whole process: from the first key on, OpenSSL puts the application's own
/// RSA private keys there too. It has 1 MiB, room for several hundred keys of 2048 bits and the random number
/// generators of a thousand threads. An application that holds more calls CRYPTO_secure_malloc_init with a
/// larger size first; that heap is then used.
///
/// Threads: all members of the provider and its key may be called at the same time. Lifetime: a key outlives
/// its provider; its private parts are wiped with its last owner.
std::shared_ptr<KeyProvider> MakeMemoryKeyProvider();

}  // namespace msiv2
