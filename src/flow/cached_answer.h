// What MSI v1 and v2 do alike with a token that the cache has.
#pragma once

#include <chrono>

#include "cache/token_cache.h"
#include "flow/ports.h"
#include "msiv2/token.h"

namespace msiv2::flow {

/// kPokeInterval is how often hits of a token that is due look after its renewal.
inline constexpr std::chrono::seconds kPokeInterval{30};

/// CachedAnswer notes that `cached` was used, tells `observer` (may be null) of the hit, and returns the
/// token, which keeps the entry alive.
TokenResult CachedAnswer(const Ports& ports, cache::CachedTokenPtr cached, Observer* observer);

}  // namespace msiv2::flow
