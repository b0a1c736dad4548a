// Makes foreign text, which is text from another program, safe for a message. All text from libcurl, OpenSSL,
// Windows, a service, a port or a user-supplied callback passes through here before it enters an error, event
// or finding.
#pragma once

#include <string>
#include <string_view>

#include "base/known_secrets.h"

namespace msiv2 {

/// kLongestForeignText is the default limit for the length of a foreign text in a message.
inline constexpr std::size_t kLongestForeignText = 256;

/// ForeignText returns `text` for a message: one line of printable ASCII, at most `limit` characters. A text
/// that was cut ends in "...". XML and HTML are reduced to their text. Spaces and line breaks become one
/// space, control characters are removed, and a character outside ASCII becomes '?'.
///
/// "[hidden]" replaces each of `secrets`, in every form that KnownSecrets lists, and everything that
/// MarkSecretShapes finds. The search for secrets comes before the cut, so that no part of a secret escapes
/// it by being cut.
std::string ForeignText(std::string_view text, const KnownSecrets& secrets = {},
                        std::size_t limit = kLongestForeignText);

}  // namespace msiv2
