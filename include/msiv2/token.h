// What a caller asks for, and what it gets.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "msiv2/binding.h"
#include "msiv2/key.h"
#include "msiv2/secret.h"
#include "msiv2/source.h"

namespace msiv2 {

/// TokenRequest says which token to acquire. Bearer, AttestedPop and UnattestedPop return the usual requests.
/// The flags are checked before any I/O:
///
/// - neither mtls_proof_of_possession nor with_attestation_support: MSI v1, a bearer token from this host's
///   source (source.h);
/// - attestation without proof of possession: `msi_v2_attestation_requires_pop`;
/// - both: MSI v2 on a KeyGuard key, or `msi_v2_keyguard_unavailable`;
/// - proof of possession alone: `msi_v2_pop_requires_attestation`, unless allow_unattested is set: then MSI
///   v2 on the strongest key of this host.
///
/// `request_over_mtls` counts as proof of possession in this table.
struct TokenRequest {
  /// Bearer returns a request for an MSI v1 bearer token. Anyone who copies such a token can use it.
  static TokenRequest Bearer(std::string resource) { return {.resource = std::move(resource)}; }

  /// AttestedPop returns a request for an `mtls_pop` token bound to an attested KeyGuard key.
  static TokenRequest AttestedPop(std::string resource) {
    TokenRequest request{.resource = std::move(resource)};
    request.mtls_proof_of_possession = true;
    request.with_attestation_support = true;
    return request;
  }

  /// UnattestedPop returns a request for an `mtls_pop` token bound to the strongest key of this host, which
  /// is not attested. A key weaker than `minimum` fails with `min_strength_not_met`.
  static TokenRequest UnattestedPop(std::string resource, KeyStrength minimum = KeyStrength::kNone) {
    TokenRequest request{.resource = std::move(resource)};
    request.mtls_proof_of_possession = true;
    request.allow_unattested = true;
    request.minimum_strength = minimum;
    return request;
  }

  /// The resource to call, for example `https://vault.azure.net`. Required. In MSI v1, one trailing
  /// `/.default` is dropped and the rest is sent as given: a trailing slash is part of the audience. For a
  /// scope (MSI v2, workload identity), a resource that ends in `/.default` is the scope as it stands. Any
  /// other loses its trailing slashes and gets `/.default`.
  std::string resource{};

  /// Ask for an `mtls_pop` token, which is useless without the private key of the binding certificate.
  bool mtls_proof_of_possession = false;
  /// Attest the key. A KeyGuard key is then mandatory, and a failed attestation is final.
  bool with_attestation_support = false;
  /// Accept an unattested binding, on the strongest key of this host, never below `minimum_strength`.
  bool allow_unattested = false;
  /// Ask for a bearer token over the bound mTLS connection. Excludes mtls_proof_of_possession.
  bool request_over_mtls = false;

  /// A minimum, never a selector: a weaker key fails with `min_strength_not_met`.
  KeyStrength minimum_strength = KeyStrength::kNone;
  /// A claims request, JSON, for example from a resource's 401. A token that was cached for other claims is
  /// not returned. In MSI v1, only Service Fabric and a workload identity can receive claims; for the other
  /// sources, claims only skip the cache.
  std::string claims{};
  /// Skip the token cache; the cached binding certificate is still used.
  bool force_refresh = false;
  /// SHA-256 of a token that the resource refused (its text, as 64 hexadecimal digits), or empty. That token
  /// is never served from the caches again, whatever the claims. A source that can be told of it is told.
  /// If a source returns the same token again, it is returned once and not
  /// cached.
  std::string rejected_token_sha256{};
};

enum class TokenType { kBearer, kMtlsPop };

/// Name returns "Bearer" or "mtls_pop". The view is static.
std::string_view Name(TokenType type) noexcept;

/// AccessToken is an issued token. Immutable and shared between the cache and all callers.
struct AccessToken {
  using TimePoint = std::chrono::system_clock::time_point;

  SecretString secret;  ///< the token itself
  TokenType type = TokenType::kBearer;
  TimePoint expires_on;
  std::optional<TimePoint> refresh_on;  ///< when to fetch a new one in the background

  /// The audience that was asked for: TokenRequest::resource as it was sent, without a trailing `/.default`.
  /// In MSI v2 and for a workload identity, it has lost its trailing slashes unless `/.default` followed
  /// them.
  std::string resource;
  std::string client_id;  ///< of the managed identity; MSI v1: if the source returns it
  std::string tenant_id;  ///< MSI v1: for a workload identity only
  IdentitySource identity_source =
      IdentitySource::kImds;  ///< the source that issued it; kImds for every MSI v2 token

  /// The certificate to present with the token; null for a bearer token.
  std::shared_ptr<const BindingCertificate> binding;
  bool attested = false;  ///< the key of the binding was attested
  /// True if `cnf["x5t#S256"]` of the token was read and equals the certificate's. False for an opaque token.
  /// A token that has the shape of a JWT (three parts, the first begins with `eyJ`) but cannot be read is
  /// refused.
  bool binding_verified = false;
  KeyStrength key_strength = KeyStrength::kNone;
  KeyOrigin key_origin = KeyOrigin::kPlatform;

  /// AuthorizationHeader returns the header's value, for example `mtls_pop eyJ...`.
  SecretString AuthorizationHeader() const;
};

/// TokenResult is the answer to a request for a token.
struct TokenResult {
  std::shared_ptr<const AccessToken> token;  ///< never null
  bool from_cache = false;                   ///< true if the cache answered; false if it was requested now

  const AccessToken* operator->() const noexcept { return token.get(); }
  const AccessToken& operator*() const noexcept { return *token; }
};

}  // namespace msiv2
