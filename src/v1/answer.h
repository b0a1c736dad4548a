// A source's answer: a token, or the source's own text about a refusal.
#pragma once

#include <string>

#include "base/known_secrets.h"
#include "http/failure.h"
#include "msiv2/http.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"
#include "msiv2/source.h"
#include "v1/expiry.h"

namespace msiv2::v1 {

/// SourceToken is the token of an answer.
struct SourceToken {
  SecretString access_token;
  Lifetime lifetime;
  std::string client_id;  ///< if the source returns it, else empty
};

/// ParseTokenAnswer reads a source's final answer. `secrets` holds the credentials of the request: if a
/// source quotes them in an error, our error does not repeat them.
///
/// Errors, all with the source's name:
/// - `identity_not_found`: IMDS does not have the identity (IsIdentityNotFound).
/// - `managed_identity_request_failed`: any other status but 200, or 200 without a body.
/// - `managed_identity_response_parse_failure`: 200 and not a JSON object by JsonObject::ParseUnambiguous,
///   or without a usable access_token.
/// - `token_type_mismatch`: not a bearer token.
/// - `invalid_timestamp_format`: by ReadLifetime.
/// - `token_request_failed`: a JWT of Entra that has expired by the answer's Date.
Result<SourceToken> ParseTokenAnswer(IdentitySource source, const HttpResponse& response,
                                     const KnownSecrets& secrets,
                                     std::chrono::system_clock::time_point asked_at);

/// LegOf returns how the failures of a source's transport are reported.
Leg LegOf(IdentitySource source);

}  // namespace msiv2::v1
