// What a service says about a failure, made fit for a message.
#pragma once

#include <string>
#include <string_view>

namespace msiv2 {

/// ServiceText returns the first line of foreign text for a message: trimmed, at most `limit` characters,
/// printable ASCII only. Runs that look like a JWT, base64 DER, a piece of either or another long secret are
/// replaced by "[hidden]": an error body may echo the request, and that held a CSR and an attestation JWT.
std::string ServiceText(std::string_view text, std::size_t limit = 300);

}  // namespace msiv2
