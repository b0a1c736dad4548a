// The locked memory that private key parts live in.
#pragma once

#include "keys/memory/memory_key_provider.h"

namespace msiv2::keys_memory {

/// SetUpSecureArena asks OpenSSL for its secure heap, once a process, and returns what was granted. The
/// first call decides; later ones return the same. Thread-safe.
MemoryProtection SetUpSecureArena();

}  // namespace msiv2::keys_memory
