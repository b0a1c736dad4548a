// Reads certificates from PEM text in memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/handles.h"

namespace msiv2::tls {

/// kMaxTrustAnchorBytes is the largest size of a file of trust anchors.
inline constexpr std::size_t kMaxTrustAnchorBytes = std::size_t{16} * 1024 * 1024;

/// ReadPemText returns a reader of `text`, which must outlive it and have at most kMaxTrustAnchorBytes. It
/// returns null if OpenSSL has no memory.
crypto::Handle<BIO> ReadPemText(std::string_view text);

/// LastErrorIsEndOfPem returns true if the newest entry of OpenSSL's queue says that the text has ended.
/// OpenSSL reports that as an error too: there is no further "-----BEGIN" line.
bool LastErrorIsEndOfPem();

/// DamageOfPem returns which entry of `text` OpenSSL cannot read, and why, in a few words. The entry is named
/// by its number if it is a certificate. OpenSSL must have refused the text.
std::string DamageOfPem(std::string_view text);

}  // namespace msiv2::tls
