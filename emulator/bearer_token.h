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
  std::string issuer;  ///< from BearerIssuer
  std::string tenant_id;
  std::string resource;
  std::chrono::seconds lifetime{0};
  std::vector<std::string> capabilities{};  ///< claim xms_cc; empty: the claim is left out
};

/// BearerIssuer returns the issuer of bearer tokens: a tenant of the emulated Entra, which serves its
/// discovery document.
std::string BearerIssuer(const std::string& entra_url, const std::string& tenant_id);

/// SignBearerToken issues a token as Entra does for managed identities, with the claim `xms_emulated` in
/// addition. Each token has its own `uti`, so that two tokens of the same second differ.
std::string SignBearerToken(const JwtSigner& signer, const BearerGrant& grant,
                            std::chrono::system_clock::time_point now);

}  // namespace msiv2::emulator
