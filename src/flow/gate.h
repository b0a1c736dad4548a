// Gating: what may run at all, decided before any I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/known_secrets.h"
#include "flow/ports.h"
#include "imds/endpoint.h"
#include "msiv2/options.h"
#include "msiv2/token.h"
#include "v1/sources.h"

namespace msiv2::flow {

/// BoundTokenPlan is a request that passed the gate: everything the flow needs to know about one call.
struct BoundTokenPlan {
  ManagedIdentityId identity;
  std::string resource;  ///< the scope without `/.default`
  TokenType type = TokenType::kMtlsPop;
  bool attested = false;
  KeyPolicy key_policy;
  std::string claims;     ///< the caller's claims merged with the client capabilities, compact JSON or empty
  std::string challenge;  ///< the caller's claims alone: a resource's 401 asks for a new certificate by them
  std::string rejected_token_sha256;  ///< lower-case hex, or empty
  bool force_refresh = false;
  bool in_background = false;  ///< no caller waits for it
  bool imds_named = false;     ///< an option or a variable says that IMDS is at `imds_base`

  std::string imds_base;  ///< origin
  EndpointRules endpoint_rules;
  Timeouts timeouts;
  TlsVersion token_leg_max = TlsVersion::kTls12;
  bool retries = true;
  int remediations = 4;          ///< 0 without retries
  Observer* observer = nullptr;  ///< of the caller, or of the work in the background; nullable
  bool token_cache = true;
  KnownSecrets secrets{};  ///< of this host: hidden in what others say
};

/// ForBackground returns `plan`, of either kind, for work that no caller waits for. What its caller asked for
/// beyond the token is not asked for again. It tells `observer`, since that of the caller may be gone.
template <typename Plan>
Plan ForBackground(Plan plan, Observer* observer) {
  plan.challenge.clear();
  plan.rejected_token_sha256.clear();
  plan.in_background = true;
  plan.observer = observer;
  return plan;
}

/// EmulatedKeyError refuses an emulated key where there is no emulator; to try again does not help.
Error EmulatedKeyError();

/// MakeBoundTokenPlan applies the gating table of the protocol to `request`, which must ask for MSI v2. It
/// reads the environment of `options`, looks for the agent of Azure Arc, and does no other I/O. The most
/// specific refusal comes first: a wrong request, then the host, then the key. If the host is known to
/// support only MSI v1, it reports that rather than the unsuitable key.
Result<BoundTokenPlan> MakeBoundTokenPlan(const TokenRequest& request, const ClientOptions& options,
                                          const Ports& ports);

/// RulesFor returns the rules for endpoints that IMDS names: `allowed_hosts` of the options, else of the
/// environment.
EndpointRules RulesFor(const std::string& imds_base, const ClientOptions& options,
                       const EnvironmentReader& environment);

/// RefuseHost returns why no bound token is available in this environment, or nullopt: `imds_v2_disabled`,
/// else the error of v1::RefuseBound. `choice` is the source chosen as for a bearer token: both kinds of
/// token are of one identity.
std::optional<Error> RefuseHost(const v1::Choice& choice, const v1::HostEnvironment& host,
                                const ClientOptions& options);

/// SecretsOf returns the secrets that the environment holds: of proxies and of the sources of MSI v1.
KnownSecrets SecretsOf(const v1::HostEnvironment& host, const EnvironmentReader& environment);

/// WantsMsiV1 returns true if `request` has neither of the flags that ask for MSI v2.
bool WantsMsiV1(const TokenRequest& request) noexcept;

/// RefuseFlags applies the rules at the head of TokenRequest, for both versions.
std::optional<Error> RefuseFlags(const TokenRequest& request);

/// RefuseIdentity refuses an identity without an id, and the placeholder of Azure Machine Learning as an id.
std::optional<Error> RefuseIdentity(const ManagedIdentityId& identity);

/// CheckRequest applies the rules that need no look at the host, for both versions: of the resource, the
/// flags, the identity and the claims. It returns the claims merged with the client capabilities.
Result<std::string> CheckRequest(const TokenRequest& request, const ClientOptions& options);

}  // namespace msiv2::flow
