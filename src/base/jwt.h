// Reads the claims of a JWT without verifying its signature: this library is the bearer of the JWT, not its
// audience.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace msiv2 {

/// JwtClaims returns the payload of a JWT in compact form (RFC 7519): three non-empty base64url parts, of
/// which the first two are JSON objects. JsonObject::ParseUnambiguous parses them. The result is nullopt for
/// anything else, for example for an opaque token.
std::optional<JsonObject> JwtClaims(std::string_view token);

/// HasJwtShape returns true if `token` looks like a JWT: three non-empty parts between dots. The first begins
/// with `eyJ`, which is `{"` in base64url. Five parts are a JWE, which only its audience can read.
bool HasJwtShape(std::string_view token) noexcept;

}  // namespace msiv2
