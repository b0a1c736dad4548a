// The data that the seven steps pass on: plain structs, no behaviour.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "msiv2/secret.h"
#include "msiv2/token.h"

namespace msiv2 {

/// CuId is the compute unit id, which identifies this machine. At least one member is not empty.
struct CuId {
  std::string vm_id;
  std::string vmss_id;
};

/// PlatformMetadata is the answer of step 1.
struct PlatformMetadata {
  std::string client_id;  ///< GUID
  std::string tenant_id;  ///< GUID
  CuId cu_id;
  std::string attestation_endpoint;  ///< as sent; may be empty when not attesting
};

/// IssuedCredential is the answer of step 5.
struct IssuedCredential {
  std::string client_id;
  std::string tenant_id;
  std::vector<std::uint8_t> certificate_der;
  std::string identity_type;
  std::string mtls_authentication_endpoint;  ///< as sent
};

/// Binding is the result of steps 1 to 6: a checked certificate and the endpoint to use it with.
struct Binding {
  std::shared_ptr<const BindingCertificate> certificate;  ///< never null
  std::string token_endpoint;                             ///< origin, already checked
  std::string client_id;
  std::string tenant_id;
  bool attested = false;
  std::chrono::system_clock::time_point
      renew_at{};             ///< the time from which a new certificate is minted in the background
  std::string store_alias{};  ///< the certificate store's alias for it; another id of the identity may be
                              ///< requested later
  bool restored = false;      ///< loaded from the store: the token service may no longer know it
};

/// TokenSpec describes the token that was requested with a binding.
struct TokenSpec {
  std::string resource;
  TokenType type = TokenType::kMtlsPop;
  std::string claims;  ///< merged with the client capabilities
  KeyStrength minimum = KeyStrength::kNone;
};

/// TokenResponse is the answer of step 7, checked for its type but not yet for its binding.
struct TokenResponse {
  SecretString access_token;
  TokenType type = TokenType::kBearer;
  std::chrono::seconds expires_in{0};
  std::optional<std::chrono::seconds> refresh_in;
};

}  // namespace msiv2
