// Reads the claims of a token for display. The command does not verify the signature: it is the token's
// bearer, not its audience.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "msiv2/secret.h"

namespace msiv2::cli {

/// Claims returns the payload of a JWT in compact form (RFC 7519 section 3). Returns nullopt for anything
/// else, for example an opaque token. The payload alone grants nothing: it is not the token.
std::optional<nlohmann::ordered_json> Claims(const SecretString& token);

}  // namespace msiv2::cli
