// An MSI v1 source as a row of functions: detect, refuse, locate, build. The table is in sources.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/retry.h"
#include "msiv2/error.h"
#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"
#include "msiv2/source.h"
#include "v1/host_environment.h"

namespace msiv2::v1 {

/// Detection says whether a host has a source, and why. `why` names variables and files, never values.
struct Detection {
  SourceState state = SourceState::kAbsent;
  std::string why;
  std::string warning{};    ///< what is wrong with the variables of the source; empty if nothing is
  bool incomplete = false;  ///< a variable names this source, and others that it needs are missing
};

/// Target is where a source's requests go, and what they carry in addition to the caller's request.
struct Target {
  std::string endpoint;    ///< absolute URL without query and fragment; for workload identity an origin
  SecretString secret;     ///< sent in the source's own header; may be empty
  std::string server_pin;  ///< HttpRequest::server_thumbprint; may be empty
  std::string client_id;   ///< of the identity that the environment or the caller names; may be empty
  std::string tenant_id;   ///< workload identity only
  std::string file;        ///< workload identity: the file of the assertion; Arc: the folder of its keys
};

/// SourceCall is the input of one request to a source.
struct SourceCall {
  const Target& target;
  ManagedIdentityId identity;
  std::string resource;  ///< as the source takes it (entra/resource.h)
  std::string request_id;
  Timeouts timeouts;
  std::vector<std::string> capabilities;
  std::string refused_token_sha256;     ///< lower-case hex; of the token that a resource refused, or empty
  std::string claims;                   ///< the caller's claims, merged with the capabilities
  const SecretString* proof = nullptr;  ///< Arc: the key of its challenge; workload identity: the assertion
};

/// Source is one row of the table. The functions do no I/O, but for `detect` of Azure Arc (HasArcAgent).
struct Source {
  IdentitySource id;
  RetryLeg retries;
  Detection (*detect)(const HostEnvironment& host);
  /// refuse returns why this source cannot serve such an identity, or nullopt.
  std::optional<Error> (*refuse)(const ManagedIdentityId& identity);
  /// locate reads the target for an identity that `refuse` takes. Errors:
  /// `invalid_managed_identity_endpoint`, naming the variable.
  Result<Target> (*locate)(const HostEnvironment& host, const ManagedIdentityId& identity);
  HttpRequest (*build)(const SourceCall& call);
};

/// TakesEveryIdentity rejects nothing: for sources that take every kind of id.
std::optional<Error> TakesEveryIdentity(const ManagedIdentityId& identity);
/// RefuseUserAssigned is for sources that have the system-assigned identity only. `name` is the source's
/// usual name.
std::optional<Error> RefuseUserAssigned(const ManagedIdentityId& identity, std::string_view name);
/// RefuseAllButClientId is for sources that take a user-assigned identity by client id only.
std::optional<Error> RefuseAllButClientId(const ManagedIdentityId& identity, std::string_view name);

/// BadSetting returns the `invalid_managed_identity_endpoint` of a source whose variables cannot be used.
/// `message` names the variable, and never quotes its value.
Error BadSetting(IdentitySource source, std::string message);

/// CheckEndpoint returns the URL that `variable` holds. It must be absolute, http or https, without userinfo,
/// query and fragment. Plain http is accepted to loopback and link-local addresses only, for App Service also
/// to the bridge of its container. For Azure Arc, every URL must name a loopback or link-local address.
/// Errors: `invalid_managed_identity_endpoint`, which names the variable and the source, and never quotes the
/// value.
Result<std::string> CheckEndpoint(IdentitySource source, std::string_view variable, std::string_view value);

/// CheckSecret returns the secret that `variable` holds. A header must be able to carry the secret: visible
/// ASCII. Errors: `invalid_managed_identity_endpoint`, with the variable's name and without its value.
Result<SecretString> CheckSecret(IdentitySource source, std::string_view variable, const SecretString& value);

/// StartGet returns a GET of the target with `query`, which a source completes: no proxy, no redirect.
HttpRequest StartGet(const SourceCall& call, const std::vector<std::pair<std::string, std::string>>& query);

/// IdentityNames are the names of a source's parameter for each kind of id. A null name belongs to a kind
/// that `refuse` has rejected.
struct IdentityNames {
  const char* client_id = nullptr;
  const char* object_id = nullptr;
  const char* resource_id = nullptr;
};

/// AddIdentity appends the identity's parameter to `query`.
void AddIdentity(const ManagedIdentityId& identity, const IdentityNames& names,
                 std::vector<std::pair<std::string, std::string>>& query);

/// IsSet returns true if a variable has a value.
inline bool IsSet(const std::string& value) noexcept { return !value.empty(); }
inline bool IsSet(const SecretString& value) noexcept { return !value.empty(); }

}  // namespace msiv2::v1
