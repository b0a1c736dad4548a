// The key providers of Windows' cryptography (CNG). All of their logic runs on any system. The function table
// and the locks are passed in.
#pragma once

#include <memory>

#include "keys/cng/ncrypt_api.h"
#include "msiv2/key.h"
#include "windows/named_lock.h"

namespace msiv2::cng {

/// MakeKeyGuardProvider creates the provider "keyguard". Its key is the user's key KeyGuardRSAKey, isolated
/// by virtualization-based security for the current boot. The sibling libraries share this key.
///
/// Each GetOrCreateKey opens the key again and makes it sign. So a key that stopped signing is replaced
/// without being discarded. A key that failed only for a moment is kept, because other processes use it too.
///
/// Errors: `key_creation_failed` with the NCrypt status. It is not retryable if VBS is not supported or
/// NCrypt does not exist, and retryable otherwise. `locks` must outlive the provider.
std::shared_ptr<KeyProvider> MakeKeyGuardProvider(NCryptSource ncrypt, windows::NamedLocks& locks);

/// MakePlatformCryptoProvider creates the provider "platform-crypto": the user's key HardwareRSAKey in a TPM.
///
/// It rejects a keystore that does not report itself as hardware, before a key is created. It also rejects a
/// key that reports that it is not in hardware. A key that is exportable, of another length or dead is
/// replaced. The name is this library's own in that keystore, and no process may use such a key. Errors and
/// lifetime as above.
std::shared_ptr<KeyProvider> MakePlatformCryptoProvider(NCryptSource ncrypt, windows::NamedLocks& locks);

/// MakeEphemeralCngProvider creates the provider "cng": one software key without a name, which exists until
/// its last owner releases it. It is in no built-in chain. It signs through NCrypt on hosts with neither VBS
/// nor a TPM.
///
/// The key is the same for the life of the provider, unless it is discarded.
std::shared_ptr<KeyProvider> MakeEphemeralCngProvider(NCryptSource ncrypt);

}  // namespace msiv2::cng
