// The error text of a refusal from IMDS.
#pragma once

#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::imds {

/// RefusalError returns the error of `code` at `step` for an answer with a status other than 200. In step 1,
/// an identity that this host does not have is `identity_not_found`. It contains
/// the status, IMDS's error text, and whether a retry can help. `what` names the request, for example
/// "getplatformmetadata". `secrets` are hidden in IMDS's text.
Error RefusalError(ErrorCode code, Step step, std::string_view what, const HttpResponse& response,
                   const KnownSecrets& secrets = {});

}  // namespace msiv2::imds
