// Whether a key signs: OpenSSL verifies the signatures with the key's public half.
#pragma once

#include <optional>
#include <string>

#include "msiv2/key.h"

namespace msiv2::selftest {

/// FindBadSignature makes `key` sign a digest of each kind with `padding` and verifies the signatures. It
/// returns what is wrong with the first bad signature, or nullopt.
std::optional<std::string> FindBadSignature(const SigningKey& key, SignaturePadding padding);

/// FindBadCsr builds a CSR with `key`, which is verified when it is built, and returns what is wrong, or
/// nullopt.
std::optional<std::string> FindBadCsr(const SigningKey& key);

}  // namespace msiv2::selftest
