// The bearer token that every emulated MSI v1 source returns.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "emulator/emulator.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// BearerGrant says whom a bearer token is for, and what it grants.
struct BearerGrant {
  EmulatedIdentity identity;
  std::string tenant_id;
  std::string resource;
  std::chrono::seconds lifetime{0};
  std::vector<std::string> capabilities{};  ///< claim xms_cc; empty: the claim is left out
};

/// SignBearerToken issues a token as Entra does for managed identities. Each token has its own `uti`, so that
/// two tokens of the same second differ.
std::string SignBearerToken(const JwtSigner& signer, const BearerGrant& grant,
                            std::chrono::system_clock::time_point now);

}  // namespace msiv2::emulator
