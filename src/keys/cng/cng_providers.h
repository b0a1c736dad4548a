// The key providers of Windows' cryptography (CNG). All of their logic runs on any system; the table of
// functions and the locks are handed in.
#pragma once

#include <memory>

#include "keys/cng/ncrypt_api.h"
#include "msiv2/key.h"
#include "windows/named_lock.h"

namespace msiv2::cng {

/// MakeKeyGuardProvider makes the provider "keyguard": the user's key KeyGuardRSAKey, isolated by
/// virtualization-based security for the current boot, which the sibling libraries share.
///
/// Each GetOrCreateKey opens the key anew and has it sign, so a key that stopped signing is replaced without
/// being discarded, and one that only failed for a moment is kept: other processes use it too.
///
/// Errors: `key_creation_failed` with the NCrypt status; not retryable where VBS is not supported or NCrypt
/// does not exist, retryable otherwise. `locks` outlives the provider.
std::shared_ptr<KeyProvider> MakeKeyGuardProvider(NCryptSource ncrypt, windows::NamedLocks& locks);

/// MakePlatformCryptoProvider makes the provider "platform-crypto": the user's key HardwareRSAKey in a TPM.
///
/// It refuses, before a key is made, a keystore that does not say of itself that it is hardware; and a key
/// that says otherwise. A key that is exportable, of another length or dead is replaced, since the name is
/// this library's own in that keystore and nobody may use such a key. Errors and lifetime as above.
std::shared_ptr<KeyProvider> MakePlatformCryptoProvider(NCryptSource ncrypt, windows::NamedLocks& locks);

/// MakeEphemeralCngProvider makes the provider "cng": one software key without a name that ends with its last
/// owner. It is in no built-in chain; it signs through NCrypt where there is neither VBS nor a TPM.
///
/// The key is the same for the life of the provider, unless it is discarded.
std::shared_ptr<KeyProvider> MakeEphemeralCngProvider(NCryptSource ncrypt);

}  // namespace msiv2::cng
