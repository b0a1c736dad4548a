// Gets a persisted key, and creates it if there is no usable one.
#pragma once

#include <memory>

#include "keys/cng/key_inspection.h"
#include "msiv2/result.h"
#include "windows/named_lock.h"

namespace msiv2::cng {

/// GetOrCreateNamedKey returns the key that `keystore` has under the wanted name, or creates it.
///
/// A usable key is adopted as it is. A missing key is created. The handle of a stale or unfit key is freed,
/// and the key is inspected once more under the lock between processes (MSAL_MI_K_<h>, 10 s). The key is then
/// overwritten. It is never deleted, since a delete goes by name. A key that could not be opened or read is
/// never overwritten: it may be a good one that other processes use. If the lock is not available, the work
/// is done without it.
///
/// After a creation the key is opened by its name and inspected from the beginning. Its public key must be
/// the one that was created. Since another process may have replaced it, a public key that appears twice in a
/// row, in at most three inspections, is accepted too. Success codes of the calls do not count.
///
/// Errors: `key_creation_failed` with the status in `native_code`. It is not retryable if the status says
/// that this system lacks what was requested, or if a new key differs from the request.
Result<std::shared_ptr<const SigningKey>> GetOrCreateNamedKey(const NCryptPointer& keystore,
                                                              const NamedKey& wanted,
                                                              windows::NamedLocks& locks);

/// KeyFailed returns the error for a keystore's refusal.
Error KeyFailed(const std::string& what, NCryptStatus status);

}  // namespace msiv2::cng
