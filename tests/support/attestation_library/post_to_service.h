// What the test library does in place of the real one: it proves that it can use the key.
#pragma once

#include <cstdint>
#include <string>

namespace msiv2::test {

/// PostToService asks the emulator's attestation service at `endpoint` to attest the NCrypt key `key`, and
/// returns its token. `failure` says why there is none. `ca_file` is the PEM file of the authority to trust.
std::string PostToService(const std::string& endpoint, std::uintptr_t key, const std::string& client_id,
                          const std::string& ca_file, std::string& failure);

}  // namespace msiv2::test
