// Reading a JWT's claims without verifying its signature: we are its bearer, not its audience.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace msiv2 {

/// JwtClaims returns the payload of a JWT in compact form (RFC 7519): three non-empty base64url parts of
/// which the first two are JSON objects, by JsonObject::ParseUnambiguous. Nothing for anything else, so for
/// an opaque token.
std::optional<JsonObject> JwtClaims(std::string_view token);

/// HasJwtShape returns true if `token` says that it is a JWT: three parts between dots, none of them empty,
/// of which the first begins with `eyJ`, which is `{"` in base64url. Five parts are a JWE, which only its
/// audience can read.
bool HasJwtShape(std::string_view token) noexcept;

}  // namespace msiv2
