// The emulator's own base64 (RFC 4648). It does not share the client's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::emulator {

/// EncodeBase64 returns the standard form with padding, on one line.
std::string EncodeBase64(std::string_view bytes);

/// DecodeBase64 accepts the standard form on one line only: padding required, no white space, no other
/// alphabet, no stray bits. It refuses an empty text.
std::optional<std::string> DecodeBase64(std::string_view text);

/// EncodeBase64Url returns the URL form without padding (RFC 7515 section 2).
std::string EncodeBase64Url(std::string_view bytes);

/// DecodeBase64Url accepts only the URL form without padding.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace msiv2::emulator
