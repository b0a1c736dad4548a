// Acquires a token and calls a resource with it, and once more if the resource asks for other claims.
#pragma once

#include "cli/options.h"
#include "cli/run.h"
#include "cli/session.h"
#include "msiv2/resource_client.h"

namespace msiv2::cli {

/// CallResource acquires the token that `flags` ask for and sends `request` with it. With
/// `answers_challenge`, it answers a 401 with a claims challenge: it acquires a token with those claims and
/// sends the request once more. It does not do so if the first token was acquired with the same claims.
/// Everything happens within the command's timeout. Events go to the observer that `flags` ask for.
Result<HttpResponse> CallResource(const TokenFlags& flags, const ResourceRequest& request,
                                  bool answers_challenge, const Console& console,
                                  const EmulatorSession& session);

}  // namespace msiv2::cli
