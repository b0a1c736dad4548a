// A source's answer: a token, or its own words about a refusal.
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
  std::string client_id;  ///< where the source tells it, else empty
};

/// ParseTokenAnswer reads a source's final answer. `secrets` hold what the request proved itself with: a
/// source that quotes it in an error does not get it into ours.
///
/// Errors, all with the source's name: `managed_identity_request_failed` (any status but 200, or 200 without
/// a body), `managed_identity_response_parse_failure` (200 and not a JSON object by
/// JsonObject::ParseUnambiguous, or no access_token in it), `token_type_mismatch` (not a bearer token),
/// `invalid_timestamp_format` (by ReadLifetime), `token_request_failed` (a JWT of Entra that has ended by the
/// answer's Date: WhyEnded).
Result<SourceToken> ParseTokenAnswer(MsiSource source, const HttpResponse& response,
                                     const KnownSecrets& secrets,
                                     std::chrono::system_clock::time_point asked_at);

/// LegOf says how the failures of a source's transport are reported.
Leg LegOf(MsiSource source);

}  // namespace msiv2::v1
