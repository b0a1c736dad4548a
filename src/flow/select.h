// MSI v2 or MSI v1: decided by the flags of the request alone, before any I/O.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "flow/gate.h"
#include "v1/sources.h"

namespace msiv2::flow {

/// BearerTokenPlan is a request for a bearer token that passed the gate: which source is asked, and for what.
struct BearerTokenPlan {
  const v1::Source* source = nullptr;  ///< never null; a row of the table
  v1::Target target;
  std::string origin;  ///< of the target: for events, and for what is known of IMDS there
  bool named = false;  ///< this host or the options name the source; IMDS may merely be assumed
  ManagedIdentityId identity;
  std::string resource;                   ///< as the source takes it
  std::string challenge;                  ///< the caller's claims
  std::string claims;                     ///< those merged with the client capabilities
  std::vector<std::string> capabilities;  ///< of the client
  std::string rejected_token_sha256;      ///< lower-case hex, or empty
  bool force_refresh = false;
  bool in_background = false;

  Timeouts timeouts;
  bool retries = true;
  Observer* observer = nullptr;
  bool token_cache = true;
  KnownSecrets secrets{};  ///< of this host: hidden in what others say
};

/// MakeBearerTokenPlan gates a request without the flags of MSI v2 and chooses its source. It reads the
/// environment of `options`, looks for the agent of Azure Arc, and does no other I/O. Errors:
/// `invalid_request`, the refusals of the source's row, `invalid_managed_identity_endpoint`.
Result<BearerTokenPlan> MakeBearerTokenPlan(const TokenRequest& request, const ClientOptions& options);

/// TokenPlan is a request that passed either gate.
using TokenPlan = std::variant<BoundTokenPlan, BearerTokenPlan>;

/// Select makes the plan of MSI v2 for a request with one of its flags, and only then, and of MSI v1 for
/// every other. A refused request for MSI v2 is refused for good.
Result<TokenPlan> Select(const TokenRequest& request, const ClientOptions& options, const Ports& ports);

}  // namespace msiv2::flow
