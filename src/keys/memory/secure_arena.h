// The locked memory that holds private key parts.
#pragma once

#include "keys/memory/memory_key_provider.h"

namespace msiv2::keys_memory {

/// SetUpSecureArena asks OpenSSL for its secure heap, once per process, and returns what was granted. The
/// first call decides; later calls return the same. Thread-safe.
MemoryProtection SetUpSecureArena();

}  // namespace msiv2::keys_memory
