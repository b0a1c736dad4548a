// What the two requests to IMDS have in common.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/options.h"

namespace msiv2::imds {

/// ImdsCall is where and for whom to ask. One for a whole acquisition.
struct ImdsCall {
  std::string base;  ///< origin, from ResolveImdsBase
  ManagedIdentityId identity;
  std::string request_id;  ///< UUID, sent as x-ms-client-request-id; live IMDS refuses a request without it
  Timeouts timeouts;
};

/// StartRequest returns a GET of `path` under the base with the api version, the identity's selector and
/// the headers that every MSI v2 request to IMDS carries: no proxy, no client certificate.
HttpRequest StartRequest(const ImdsCall& call, std::string_view path);

}  // namespace msiv2::imds
