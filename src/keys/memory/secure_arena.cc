#include "keys/memory/secure_arena.h"

#include <openssl/crypto.h>

namespace msiv2 {
namespace keys_memory {
namespace {

// A key takes about 1.2 KB. OpenSSL also puts the random number generators of each thread here, 512 bytes. In
// an arena of 64 KiB they fail at about 125 threads, and all TLS of the process fails with them. If the
// system locks less than this, an unlocked arena does less harm.
constexpr std::size_t kArenaSize = std::size_t{1024} * 1024;
constexpr std::size_t kSmallestBlock = 64;

MemoryProtection AskOpenSsl() {
  if (CRYPTO_secure_malloc_initialized() == 1) return MemoryProtection::kApplication;
  // 1: fully granted. 2: the arena exists, but locking it or leaving it out of core dumps was refused.
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
