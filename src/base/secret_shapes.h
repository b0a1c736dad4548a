// Recognises secrets by their form alone.
#pragma once

#include "base/mapped_text.h"

namespace msiv2 {

/// MarkSecretShapes marks what looks like a secret in `reading`:
/// - the userinfo of a URL;
/// - the value after a word such as `Bearer ` or `password=`;
/// - a JWT, base64 of DER, a piece of either or another long random run, even if spaces or line breaks split
///   it.
///
/// Names that a reader needs are not marked: GUIDs, the hex of a thumbprint, resource ids, paths and host
/// names.
void MarkSecretShapes(const MappedText& reading, HiddenMarks& hidden);

}  // namespace msiv2
