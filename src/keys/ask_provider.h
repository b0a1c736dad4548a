// Asks one key provider for a key, and checks the answer.
#pragma once

#include <memory>

#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2 {

/// MadeKey is an accepted key with the strength that it reports.
struct MadeKey {
  std::shared_ptr<const SigningKey> key;
  KeyStrength strength = KeyStrength::kNone;
};

/// AskProvider calls `provider.GetOrCreateKey()` and rejects a key whose claims cannot be trusted. The key
/// must be RSA-2048, and its strength must not be none or above `best` (the provider's BestStrength). A
/// KeyGuard key must come from a `built_in` provider or be marked as emulated.
///
/// Blocks as long as the provider does. Never throws: an exception of the provider becomes a retryable
/// `key_creation_failed`. A rejected key becomes one that is not retryable.
Result<MadeKey> AskProvider(KeyProvider& provider, bool built_in, KeyStrength best) noexcept;

}  // namespace msiv2
