// IMDS's own words about a refusal.
#pragma once

#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::imds {

/// RefusalError makes the error of `code` at `step` for an answer with a status other than 200: status,
/// IMDS's words, and whether a retry can help. `what` names the request, for example "getplatformmetadata".
/// `secrets` are hidden in IMDS's words.
Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response,
                   const KnownSecrets& secrets = {});

}  // namespace msiv2::imds
