// Claims challenges: a resource's 401 that asks for a token with certain claims.
#pragma once

#include <optional>
#include <string>

#include "msiv2/http.h"

namespace msiv2 {

/// ClaimsChallenge is what a resource's 401 asks for. A plain value; it holds no secret.
struct ClaimsChallenge {
  std::string
      scheme{};  ///< authentication scheme of the challenge, as sent: for example "Bearer" or "mtls_pop"
  std::string claims{};  ///< JSON object, decoded: goes into `TokenRequest::claims` as it is
};

/// ParseClaimsChallenge returns the first claims challenge in the `WWW-Authenticate` headers of a 401, or
/// nothing.
///
///     auto answer = resource->Send(*token, request);
///     if (answer && answer->status == 401) {
///       if (const auto challenge = msiv2::ParseClaimsChallenge(answer->headers)) {
///         token_request.claims = challenge->claims;  // acquire again, then repeat the call once
///       }
///     }
///
/// A claims challenge has the scheme `Bearer`, `PoP` or `mtls_pop`, `error="insufficient_claims"`, and
/// `claims`: a JSON object in base64 or base64url, with or without padding, or as it is. Grammar: RFC 9110
/// section 11.6.1, several challenges in a header and several headers; schemes and parameter names compare
/// without case.
///
/// Nothing comes of anything else: a header that breaks the grammar (the other headers still count), a
/// parameter given twice, claims that do not decode to a JSON object, more than 64 KiB of headers or 16 KiB
/// of claims. Do no more than one repetition for a challenge: a resource that is not content would make it
/// endless. The same claims again mint no further certificate. Any thread.
std::optional<ClaimsChallenge> ParseClaimsChallenge(const HttpHeaders& headers);

}  // namespace msiv2
