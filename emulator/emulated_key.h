// A key that plays KeyGuard.
#pragma once

#include <memory>

#include "msiv2/key.h"

namespace msiv2::emulator {

/// MakeEmulatedKey creates an RSA-2048 key in this process, with strength KeyGuard and origin emulated.
/// Errors: `key_creation_failed`.
Result<std::shared_ptr<const SigningKey>> MakeEmulatedKey();

}  // namespace msiv2::emulator
