// Secrets that are known by their look alone.
#pragma once

#include "base/mapped_text.h"

namespace msiv2 {

/// MarkSecretShapes marks what looks like a secret in `reading`: userinfo of a URL; what follows a word such
/// as `Bearer ` or `password=`; a JWT, base64 of DER, a piece of either or another long random run, also
/// where blanks or line breaks split it. Names that people need stay: GUIDs, hex of a thumbprint, resource
/// ids, paths, host names.
void MarkSecretShapes(const MappedText& reading, HiddenMarks& hidden);

}  // namespace msiv2
