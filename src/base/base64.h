// Base64 (RFC 4648 section 4) and base64url without padding (section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace msiv2 {

/// Base64Encode returns standard base64 with padding, on one line.
std::string Base64Encode(ByteView bytes);
/// Base64UrlEncode returns base64url without padding.
std::string Base64UrlEncode(ByteView bytes);

/// Base64Decode decodes standard base64. It is strict: it returns nullopt for white space, line breaks, wrong
/// padding and trailing bits that are not zero.
std::optional<Bytes> Base64Decode(std::string_view text);
/// Base64UrlDecode decodes base64url without padding, with the same strictness.
std::optional<Bytes> Base64UrlDecode(std::string_view text);

}  // namespace msiv2
