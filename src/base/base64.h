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

/// Base64Decode decodes standard base64. Strict: no white space, no line breaks, correct padding, zero
/// trailing bits; otherwise nothing.
std::optional<Bytes> Base64Decode(std::string_view text);
/// Base64UrlDecode decodes base64url without padding, as strictly.
std::optional<Bytes> Base64UrlDecode(std::string_view text);

}  // namespace msiv2
