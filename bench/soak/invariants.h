// What must hold for every token that is handed out, whatever goes wrong around it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "msiv2/http.h"
#include "msiv2/token.h"

namespace msiv2::soak {

/// CheckToken returns what is wrong with `token` as the answer to `request`, asked for at `asked_at` by a
/// client of the identity `client_id`; nothing when all is well. It checks: not expired, and not in its last
/// five minutes from the cache; of this identity, resource and tenant, by its fields and by the signed
/// claims; bound, and to the certificate that came with it; no weaker than asked for.
std::optional<std::string> CheckToken(const TokenResult& token, const TokenRequest& request,
                                      const std::string& client_id, const std::string& tenant_id,
                                      std::chrono::system_clock::time_point asked_at);

/// CheckResourceAnswer returns what a resource's refusal says about the token, when that is the client's
/// fault: expired, foreign, not bound, on the wrong certificate. Nothing for any other answer.
std::optional<std::string> CheckResourceAnswer(const HttpResponse& answer);

}  // namespace msiv2::soak
