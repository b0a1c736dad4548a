// Claims challenges: a resource's 401 that asks for a token with certain claims.
#pragma once

#include <optional>
#include <string>

#include "msiv2/http.h"

namespace msiv2 {

struct AccessToken;

/// ClaimsChallenge is what a resource's 401 asks for. A plain value; it holds no secret.
struct ClaimsChallenge {
  std::string
      scheme{};  ///< authentication scheme of the challenge, as sent: for example "Bearer" or "mtls_pop"
  std::string claims{};  ///< JSON object, decoded; pass it unchanged as `TokenRequest::claims`
};

/// ParseClaimsChallenge returns the first claims challenge in the `WWW-Authenticate` headers of a 401, or
/// nullopt if there is none.
///
///     auto answer = resource->Send(*token, request);
///     if (answer && answer->status == 401) {
///       if (const auto challenge = msiv2::ParseClaimsChallenge(answer->headers)) {
///         token_request.claims = challenge->claims;  // acquire again, then repeat the call once
///       }
///     }
///
/// A claims challenge has the scheme `Bearer`, `PoP` or `mtls_pop`, `error="insufficient_claims"`, and
/// `claims`. The claims are a JSON object in base64 or base64url, with or without padding, or as plain text.
/// The grammar is RFC 9110 section 11.6.1. There may be several challenges in a header, and several headers.
/// The case of schemes and parameter names does not matter.
///
/// Returns nullopt for anything else: a parameter given twice, or claims that do not decode to a JSON object.
/// The same holds for more than 64 KiB of headers or 16 KiB of claims. A header that breaks the grammar is
/// ignored, and the other headers still count. Repeat a call at most once for a challenge; otherwise a
/// resource that keeps refusing causes an endless loop. The same claims again mint no further certificate.
/// Threads: any.
std::optional<ClaimsChallenge> ParseClaimsChallenge(const HttpHeaders& headers);

/// TokenSha256 returns the SHA-256 of a token's text, 64 lower-case hexadecimal digits. A caller whose token
/// a resource refused sets it as TokenRequest::rejected_token_sha256.
std::string TokenSha256(const AccessToken& token);

}  // namespace msiv2
