// Request ids.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace msiv2 {

/// RandomSource fills a span with random bytes. It is injected, because only composition roots own
/// randomness.
using RandomSource = std::function<void(std::span<std::uint8_t>)>;

/// MakeUuid returns a version 4 UUID in lower case (RFC 9562 section 5.4).
std::string MakeUuid(const RandomSource& random);

}  // namespace msiv2
