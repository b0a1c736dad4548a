// Signed JSON web tokens (RFC 7519), RS256, for the emulated Entra and attestation service.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/openssl_handles.h"

namespace msiv2::emulator {

/// JwtSigner signs tokens with its own RSA-2048 key.
/// Threads: all members may be called at the same time.
class JwtSigner {
 public:
  /// JwtSigner creates a new key (a quarter of a second).
  JwtSigner();

  /// Sign returns `claims` as a compact JWT with header alg RS256, typ JWT and this key's kid.
  std::string Sign(const nlohmann::json& claims) const;

  /// Verify returns the claims of a token that this key signed, otherwise nullopt. It does not check
  /// lifetimes.
  std::optional<nlohmann::json> Verify(std::string_view token) const;

  /// Jwks returns the public key as a JSON web key set (RFC 7517), for verifiers.
  nlohmann::json Jwks() const;

  const std::string& kid() const noexcept { return kid_; }

 private:
  KeyHandle key_;
  std::string kid_;
};

/// RsaJwk returns `{"kty":"RSA","n":...,"e":...}` of an RSA key's public half (RFC 7518 section 6.3.1).
nlohmann::json RsaJwk(EVP_PKEY* key);

/// NewRsaKey creates an RSA-2048 key.
KeyHandle NewRsaKey();

}  // namespace msiv2::emulator
