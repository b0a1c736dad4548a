#include "keys/memory_protection.h"

namespace msiv2 {

std::string_view Name(MemoryProtection protection) noexcept {
  switch (protection) {
    case MemoryProtection::kLocked:
      return "locked";
    case MemoryProtection::kUnlocked:
      return "unlocked";
    case MemoryProtection::kApplication:
      return "application";
    case MemoryProtection::kNone:
      break;
  }
  return "none";
}

std::optional<MemoryShortfall> ShortfallOf(MemoryProtection protection) noexcept {
  switch (protection) {
    case MemoryProtection::kLocked:
      return std::nullopt;
    case MemoryProtection::kUnlocked:
      return MemoryShortfall{
          "key_memory_unlocked", "in-memory keys may be swapped out or stand in a core dump",
          "Raise the memory lock limit of the service to 2 MB or more (ulimit -l, LimitMEMLOCK)."};
    case MemoryProtection::kApplication:
      return MemoryShortfall{
          "key_memory_of_application",
          "in-memory keys lie in the secure heap that the application set up; its lock is not known",
          "See that CRYPTO_secure_malloc_init answered 1 to the application (2: the memory is not locked), "
          "or "
          "leave the secure heap to msiv2."};
    case MemoryProtection::kNone:
      break;
  }
  return MemoryShortfall{
      "no_secure_heap", "in-memory keys lie in ordinary memory: OpenSSL has no secure heap here",
      "Use an OpenSSL that is built with its secure heap, or a key provider that keeps keys out of memory."};
}

}  // namespace msiv2
