// The emulator's own TLS client: httplib's, with the trust that the emulator wants.
#pragma once

#include <httplib.h>

#include <memory>
#include <string>

namespace msiv2::emulator {

/// NewTlsClient makes a client for `origin` (`https://host:port`, an IPv4 address) that trusts the root in
/// `ca_pem` and nothing else. Null for another origin, or where the root cannot be read.
///
/// OpenSSL checks chain and address during the handshake. httplib's own check is off: before each handshake
/// it adds the system's roots to those of the client, which trusts more than is asked for, and under Wine
/// opens a store that other processes can hold up without end.
std::unique_ptr<httplib::SSLClient> NewTlsClient(const std::string& origin, const std::string& ca_pem);

}  // namespace msiv2::emulator
