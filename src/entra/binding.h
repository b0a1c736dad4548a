// Checks that a token is bound to our certificate.
#pragma once

#include <string_view>

#include "msiv2/result.h"

namespace msiv2::entra {

/// VerifyTokenBinding compares `cnf["x5t#S256"]` of a JWT access token (RFC 8705 section 3.1) with `x5t_s256`
/// of the certificate. It returns true if they are equal, and false for an opaque token, which cannot be
/// read. Errors: `token_binding_mismatch` if a JWT lacks that claim or has another value. The same error is
/// returned if a token has the shape of a JWT (HasJwtShape) but cannot be read.
Result<bool> VerifyTokenBinding(std::string_view token, std::string_view x5t_s256);

}  // namespace msiv2::entra
