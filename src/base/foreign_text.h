// What another program says, made fit for a message. Every text that libcurl, OpenSSL, Windows, a service, a
// port or a callback of the user's wrote passes through here before it is put into an error, event or
// finding.
#pragma once

#include <string>
#include <string_view>

#include "base/known_secrets.h"

namespace msiv2 {

/// kLongestForeignText is how many characters of a foreign text are shown.
inline constexpr std::size_t kLongestForeignText = 256;

/// ForeignText returns `text` for a message: one line of printable ASCII, at most `limit` characters, which
/// end in "..." where more was there. XML and HTML give their text. Blanks and line breaks become one blank,
/// control characters go, a character outside ASCII becomes '?'.
///
/// "[hidden]" stands for each of `secrets` in every disguise that KnownSecrets lists, and for what
/// MarkSecretShapes finds. Secrets are looked for before the text is cut, so a cut never saves a piece of
/// one.
std::string ForeignText(std::string_view text, const KnownSecrets& secrets = {},
                        std::size_t limit = kLongestForeignText);

}  // namespace msiv2
