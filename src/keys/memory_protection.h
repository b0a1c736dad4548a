// How well the memory of in-memory keys is protected, and what to do if it is not.
#pragma once

#include <optional>
#include <string_view>

namespace msiv2 {

/// MemoryProtection says what the system grants for the private parts of in-memory keys. OpenSSL's secure
/// heap holds them between guard pages and wipes them on release.
enum class MemoryProtection {
  kLocked,       ///< never swapped out, and left out of core dumps
  kUnlocked,     ///< one of the two was refused, usually because RLIMIT_MEMLOCK is too low
  kApplication,  ///< the application had already set up the secure heap; whether it is locked is unknown
  kNone,         ///< no secure heap: ordinary memory, wiped on release
};

/// Name returns "locked", "unlocked", "application" or "none". The view is static.
std::string_view Name(MemoryProtection protection) noexcept;

/// MemoryShortfall describes what is wrong with a protection. The views are static.
struct MemoryShortfall {
  std::string_view cause;  ///< one word, for programs
  std::string_view text;
  std::string_view cure;
};

/// ShortfallOf returns what an operator should know about a protection, or nullopt for kLocked.
std::optional<MemoryShortfall> ShortfallOf(MemoryProtection protection) noexcept;

}  // namespace msiv2
