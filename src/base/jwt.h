// Reading a JWT's claims without verifying its signature: we are its bearer, not its audience.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace msiv2 {

/// JwtClaims returns the payload of a JWT in compact form (RFC 7519): three non-empty base64url parts of
/// which the first two are JSON objects. Nothing for anything else, so for an opaque token.
std::optional<JsonObject> JwtClaims(std::string_view token);

}  // namespace msiv2
