// Acquire a token and call a resource with it, and once more where the resource asks for other claims.
#pragma once

#include "cli/options.h"
#include "cli/run.h"
#include "cli/session.h"
#include "msiv2/resource_client.h"

namespace msiv2::cli {

/// CallResource acquires the token that `flags` ask for and sends `request` with it. When the answer is a 401
/// with a claims challenge, and `answers_challenge` is set, it acquires again with those claims and sends the
/// request once more; claims that the token was already acquired with are not sent again. All within the
/// command's timeout. What happens goes to the observer that `flags` ask for.
Result<HttpResponse> CallResource(const TokenFlags& flags, const ResourceRequest& request,
                                  bool answers_challenge, const Console& console,
                                  const EmulatorSession& session);

}  // namespace msiv2::cli
