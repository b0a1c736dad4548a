#include "keys/memory/secure_arena.h"

#include <openssl/crypto.h>

namespace msiv2 {
namespace keys_memory {
namespace {

// A key takes about 1.2 KB, its generation some more. Larger would not fit the 64 KB of locked memory that
// older systems grant an ordinary user.
constexpr std::size_t kArenaSize = 65536;
constexpr std::size_t kSmallestBlock = 64;

MemoryProtection AskOpenSsl() {
  if (CRYPTO_secure_malloc_initialized() == 1) return MemoryProtection::kApplication;
  // 1: granted whole. 2: the arena is there, but locking it or leaving it out of core dumps was refused.
  switch (CRYPTO_secure_malloc_init(kArenaSize, kSmallestBlock)) {
    case 1:
      return MemoryProtection::kLocked;
    case 2:
      return MemoryProtection::kUnlocked;
    default:
      return MemoryProtection::kNone;
  }
}

}  // namespace

MemoryProtection SetUpSecureArena() {
  static const MemoryProtection granted = AskOpenSsl();
  return granted;
}

}  // namespace keys_memory

MemoryProtection KeyMemoryProtection() { return keys_memory::SetUpSecureArena(); }

}  // namespace msiv2
