// Is the token bound to our certificate?
#pragma once

#include <string_view>

#include "msiv2/result.h"

namespace msiv2::entra {

/// VerifyTokenBinding compares `cnf["x5t#S256"]` of a JWT access token (RFC 8705 section 3.1) with
/// `x5t_s256`, the certificate's. True when they are equal; false for an opaque token, which cannot be read.
/// Errors: `token_binding_mismatch` (a JWT without that claim, with another value, or one that has the shape
/// of a JWT and cannot be read: HasJwtShape).
Result<bool> VerifyTokenBinding(std::string_view token, std::string_view x5t_s256);

}  // namespace msiv2::entra
