// A certificate that nobody trusts, to put into a store and take out again.
#pragma once

#include <chrono>
#include <string>

#include "base/bytes.h"
#include "base/uuid.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::selftest {

/// MakeTestCertificate returns the DER of a certificate named `name` that is valid for an hour from `now` on.
/// Its public key is that of `key`, or where that is null, one whose private half is gone when this returns.
///
/// Errors: `invalid_certificate`, when OpenSSL makes none.
Result<Bytes> MakeTestCertificate(const std::string& name, const SigningKey* key,
                                  std::chrono::system_clock::time_point now, const RandomSource& random);

}  // namespace msiv2::selftest
