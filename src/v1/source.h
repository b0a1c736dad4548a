// A source of MSI v1 as a row of functions: detect, refuse, locate, build. The table is in sources.h.
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
#include "v1/surroundings.h"

namespace msiv2::v1 {

/// Detection says whether a host has a source, and why. `why` names variables and files, never values.
struct Detection {
  SourceState state = SourceState::kAbsent;
  std::string why;
};

/// Target is where a source's requests go, and what they carry besides the request of the caller.
struct Target {
  std::string endpoint;    ///< absolute URL without query and fragment; for workload identity an origin
  SecretString secret;     ///< sent in the source's own header; may be empty
  std::string server_pin;  ///< HttpRequest::server_thumbprint
  std::string client_id;   ///< of the identity that the environment names; may be empty
  std::string tenant_id;   ///< workload identity only
  std::string file;        ///< workload identity: the file of the assertion; Arc: the folder of its keys
};

/// SourceCall is what one request to a source is made of.
struct SourceCall {
  const Target& target;
  ManagedIdentityId identity;
  std::string resource;  ///< without `/.default` and trailing slash
  std::string request_id;
  Timeouts timeouts;
  std::vector<std::string> capabilities;
  std::string refused_token_sha256;     ///< lower-case hex; of the token that a resource refused, or empty
  std::string claims;                   ///< the caller's merged with the capabilities
  const SecretString* proof = nullptr;  ///< Arc: the key of its challenge; workload identity: the assertion
};

/// Source is one row of the table. The functions are pure.
struct Source {
  MsiSource id;
  RetryLeg retries;
  Detection (*detect)(const Surroundings& host);
  /// refuse returns why this source cannot serve such an identity, or nothing.
  std::optional<Error> (*refuse)(const ManagedIdentityId& identity);
  /// locate reads the target. Errors: `invalid_managed_identity_endpoint`, naming the variable.
  Result<Target> (*locate)(const Surroundings& host);
  HttpRequest (*build)(const SourceCall& call);
};

/// Refuses nobody: for sources that take every kind of id.
std::optional<Error> TakesEveryIdentity(const ManagedIdentityId& identity);
/// RefuseUserAssigned: for sources that have the system-assigned identity only. `name` as people call it.
std::optional<Error> RefuseUserAssigned(const ManagedIdentityId& identity, std::string_view name);
/// RefuseAllButClientId: for sources that take a user-assigned identity by client id only.
std::optional<Error> RefuseAllButClientId(const ManagedIdentityId& identity, std::string_view name);

/// CheckEndpoint returns the URL that `variable` holds. It must be absolute, http or https, without userinfo,
/// query and fragment; plain http to loopback and link-local addresses only, of App Service to the bridge
/// of its container too, and of Azure Arc nothing but loopback and link-local at all. Errors:
/// `invalid_managed_identity_endpoint`, which names the variable and the source, and quotes nothing of
/// its value.
Result<std::string> CheckEndpoint(MsiSource source, std::string_view variable, std::string_view value);

/// CheckSecret returns the secret that `variable` holds, which a header must be able to carry: visible ASCII.
/// Errors: `invalid_managed_identity_endpoint`, with the variable's name and nothing of its value.
Result<SecretString> CheckSecret(MsiSource source, std::string_view variable, const SecretString& value);

/// StartGet returns a GET of the target with `query`, which a source completes: no proxy, no redirect.
HttpRequest StartGet(const SourceCall& call, const std::vector<std::pair<std::string, std::string>>& query);

/// AddIdentity appends the identity's parameter; a null name is that of a kind which `refuse` has refused.
struct IdentityNames {
  const char* client_id = nullptr;
  const char* object_id = nullptr;
  const char* resource_id = nullptr;
};
void AddIdentity(const ManagedIdentityId& identity, const IdentityNames& names,
                 std::vector<std::pair<std::string, std::string>>& query);

/// IsSet tells whether a variable has a value.
inline bool IsSet(const std::string& value) noexcept { return !value.empty(); }
inline bool IsSet(const SecretString& value) noexcept { return !value.empty(); }

}  // namespace msiv2::v1
