// Getting a persisted key, and making it where there is none that can be used.
#pragma once

#include <memory>

#include "keys/cng/key_inspection.h"
#include "msiv2/result.h"
#include "windows/named_lock.h"

namespace msiv2::cng {

/// GetOrCreateNamedKey returns the key that `keystore` has under the wanted name, or makes it.
///
/// A usable key is adopted as it is. A missing one is created. The handle of a stale or
/// unfit one is freed, the key is looked at once more under the lock between processes (MSAL_MI_K_<h>, 10 s),
/// and then overwritten: never deleted, since a delete goes by name. A key that could not be opened or read
/// is never overwritten: it may be a good one that other processes use. Where the lock is not to be had, the
/// work is done without.
///
/// After a creation the key is opened by its name and inspected from the beginning, and its public key must
/// be the one that was made or, since another process may have replaced it, stand twice in a row in at most
/// three looks. What the calls reported as success counts for nothing.
///
/// Errors: `key_creation_failed` with the status in `native_code`; not retryable where the status says that
/// this system does not have what was asked for, or where a new key is not what was asked for.
Result<std::shared_ptr<const SigningKey>> GetOrCreateNamedKey(const NCryptPointer& keystore,
                                                              const NamedKey& wanted,
                                                              windows::NamedLocks& locks);

/// KeyFailed makes the error of a keystore's refusal.
Error KeyFailed(const std::string& what, NCryptStatus status);

}  // namespace msiv2::cng
