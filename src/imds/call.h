// The common parts of the two requests to IMDS.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/options.h"

namespace msiv2::imds {

/// ImdsCall holds the address of IMDS and the identity to ask for. A whole acquisition uses one ImdsCall.
struct ImdsCall {
  std::string base;  ///< origin, from ResolveImdsBase
  ManagedIdentityId identity;
  std::string request_id;  ///< UUID, sent as x-ms-client-request-id; live IMDS rejects a request without it
  Timeouts timeouts;
};

/// StartRequest returns a GET of `path` under the base, without proxy and client certificate. It has the API
/// version, the identity's selector and the headers that every MSI v2 request to IMDS carries.
HttpRequest StartRequest(const ImdsCall& call, std::string_view path);

}  // namespace msiv2::imds
