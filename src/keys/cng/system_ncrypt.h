// NCrypt of this Windows system.
#pragma once

#include <memory>

#include "keys/cng/ncrypt_api.h"
#include "msiv2/result.h"

namespace msiv2::cng {

/// SystemNCrypt returns the table, filled from ncrypt.dll of System32 and of no other folder. The table is
/// filled once, shared, and stays for the life of the process. Thread-safe. Windows only.
///
/// Errors: `key_creation_failed`, not retryable, naming the library or the function that is missing.
Result<std::shared_ptr<NCryptApi>> SystemNCrypt();

}  // namespace msiv2::cng
