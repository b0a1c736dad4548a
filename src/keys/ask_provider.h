// Asking one key provider, and what the chain demands of its answer.
#pragma once

#include <memory>

#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2 {

/// MadeKey is an accepted key with the tier that it reports.
struct MadeKey {
  std::shared_ptr<const SigningKey> key;
  KeyTier tier = KeyTier::kNone;
};

/// AskProvider calls `provider.GetOrCreateKey()` and refuses a key that cannot be trusted to be what it
/// says: not RSA-2048, a tier that is none or above `best` (the provider's BestTier), or a KeyGuard key of
/// a provider that is not `built_in` and does not say that it is emulated.
///
/// Blocks as long as the provider does. Never throws: an exception of the provider is a retryable
/// `key_creation_failed`, a refused key one that is not.
Result<MadeKey> AskProvider(KeyProvider& provider, bool built_in, KeyTier best) noexcept;

}  // namespace msiv2
