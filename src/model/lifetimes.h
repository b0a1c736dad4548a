// How long tokens, certificates and JWTs are used.
#pragma once

#include <chrono>

namespace msiv2 {

/// kExpiryMargin is how long before its expiry a token, certificate or attestation JWT is no longer returned
/// (spec, Lifetimes).
inline constexpr std::chrono::minutes kExpiryMargin{5};

}  // namespace msiv2
