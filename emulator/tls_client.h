// The emulator's own TLS client: httplib's, with only the trust that the emulator wants.
#pragma once

#include <httplib.h>

#include <memory>
#include <string>

namespace msiv2::emulator {

/// NewTlsClient creates a client for `origin` (`https://host:port`, an IPv4 address) that trusts only the
/// root in `ca_pem`. Returns null for another origin, or if the root cannot be read.
///
/// OpenSSL checks chain and address during the handshake. httplib's own check is off. Before each handshake
/// that check adds the system's roots to those of the client, which trusts more than requested. Under Wine it
/// opens a store that other processes can block indefinitely.
std::unique_ptr<httplib::SSLClient> NewTlsClient(const std::string& origin, const std::string& ca_pem);

}  // namespace msiv2::emulator
