// What must hold for every token that is returned, whatever goes wrong around it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "msiv2/http.h"
#include "msiv2/token.h"

namespace msiv2::soak {

/// CheckToken returns what is wrong with `token`, or nullopt if nothing is. The token is the answer to
/// `request`, made at `asked_at` by a client of the identity `client_id`. It must not be expired, nor in its
/// last five minutes if it comes from the cache. Its fields and its signed claims must name this identity,
/// resource and tenant. It must be bound to the certificate that came with it, and must not be weaker than
/// requested.
std::optional<std::string> CheckToken(const TokenResult& token, const TokenRequest& request,
                                      const std::string& client_id, const std::string& tenant_id,
                                      std::chrono::system_clock::time_point asked_at);

/// CheckResourceAnswer returns what a resource's refusal says about the token, if the client is at fault:
/// expired, foreign, not bound, on the wrong certificate. Returns nullopt for any other answer.
std::optional<std::string> CheckResourceAnswer(const HttpResponse& answer);

}  // namespace msiv2::soak
