// The bearer token that every emulated MSI v1 source hands out.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "emulator/emulator.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {

/// BearerGrant is whom a bearer token is for, and what it is good for.
struct BearerGrant {
  EmulatedIdentity identity;
  std::string tenant_id;
  std::string resource;
  std::chrono::seconds lifetime{0};
  std::vector<std::string> capabilities{};  ///< claim xms_cc; empty: the claim is left out
};

/// SignBearerToken issues a token as Entra does for managed identities. Each has a `uti` of its own, so that
/// two tokens of one second differ.
std::string SignBearerToken(const JwtSigner& signer, const BearerGrant& grant,
                            std::chrono::system_clock::time_point now);

}  // namespace msiv2::emulator
