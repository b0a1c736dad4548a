// Whether a key signs, judged by OpenSSL's verification with its public half.
#pragma once

#include <optional>
#include <string>

#include "msiv2/key.h"

namespace msiv2::selftest {

/// FindBadSignature has `key` sign a digest of each kind with `padding` and verifies the signatures. It
/// returns what is wrong with the first that is bad, or nothing.
std::optional<std::string> FindBadSignature(const SigningKey& key, SignaturePadding padding);

/// FindBadCsr builds a CSR with `key`, which verifies itself, and returns what is wrong, or nothing.
std::optional<std::string> FindBadCsr(const SigningKey& key);

}  // namespace msiv2::selftest
