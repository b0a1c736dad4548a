// OpenSSL's error queue as text.
#pragma once

#include <string>

namespace msiv2::tls {

/// TakeOpensslErrors empties this thread's OpenSSL error queue and returns its newest entry as printable
/// text, or "no detail from OpenSSL".
std::string TakeOpensslErrors();

}  // namespace msiv2::tls
