// An untrusted certificate, to put into a store and remove again.
#pragma once

#include <chrono>
#include <string>

#include "base/bytes.h"
#include "base/uuid.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::selftest {

/// MakeTestCertificate returns the DER of a certificate named `name` that is valid for an hour from `now`.
/// Its public key is that of `key`. If `key` is null, the public key is a new one, and its private half is
/// destroyed before the function returns.
///
/// Errors: `invalid_certificate` if OpenSSL cannot create it.
Result<Bytes> MakeTestCertificate(const std::string& name, const SigningKey* key,
                                  std::chrono::system_clock::time_point now, const RandomSource& random);

}  // namespace msiv2::selftest
