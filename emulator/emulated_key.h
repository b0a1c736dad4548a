// A key that plays KeyGuard, and the proof that its holder gives to the emulated attestation service.
#pragma once

#include <memory>

#include "msiv2/key.h"

namespace msiv2::emulator {

/// MakeEmulatedKey makes an RSA-2048 key in this process: tier KeyGuard, origin emulated.
/// Errors: `key_creation_failed`.
Result<std::shared_ptr<const SigningKey>> MakeEmulatedKey();

}  // namespace msiv2::emulator
