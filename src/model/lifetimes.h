// How long things are used.
#pragma once

#include <chrono>

namespace msiv2 {

/// kExpiryMargin is how long before its end a token, certificate or attestation JWT is no longer handed out
/// (spec, Lifetimes).
inline constexpr std::chrono::minutes kExpiryMargin{5};

}  // namespace msiv2
