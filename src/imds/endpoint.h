// The rules for the two endpoints that the answers of IMDS name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "msiv2/result.h"

namespace msiv2 {

/// EndpointRules holds what the checks depend on in addition to the endpoint itself.
struct EndpointRules {
  /// The IMDS base is a loopback address, so it is an emulator, which may name loopback endpoints.
  bool imds_base_is_loopback = false;
  /// The allowed hosts, exact or `*.suffix`, ignoring case and ports. If set, the list allows no other host,
  /// and an empty list allows nothing.
  std::optional<std::vector<std::string>> allowed_hosts;
};

/// CheckTokenEndpoint returns the origin of `mtls_authentication_endpoint` (spec step 6). It drops path,
/// query and fragment.
///
/// `text` is a bare host or an https URL. IP addresses, local names and ports other than 443 are accepted in
/// two cases only. Either the allow-list names the host, or both the host and the IMDS base are loopback.
/// Local names are single labels and names under `localhost`, `localdomain`, `internal`, `local` or
/// `home.arpa`. There is no built-in list of hosts, because private and sovereign clouds have their own. The
/// allow-list is optional. Errors: `endpoint_not_allowed` at step 6.
Result<Origin> CheckTokenEndpoint(std::string_view text, const EndpointRules& rules);

/// CheckGivenTokenEndpoint checks an endpoint that a user named for a test against the same rules. The
/// message of its error says that the endpoint was given, and shows only its origin.
Result<Origin> CheckGivenTokenEndpoint(std::string_view text, const EndpointRules& rules);

/// CheckAttestationEndpoint returns the origin of `attestationEndpoint` (spec step 4). The check is stricter,
/// because the attestation library sends the machine's own identity token there. It rejects an explicit port,
/// a query and a fragment. Without an allow-list, it accepts only hosts under the public attestation
/// suffixes. If the IMDS base is loopback, loopback hosts are accepted on any port. Local names are treated
/// as in CheckTokenEndpoint. Errors: `endpoint_not_allowed` at step 4.
Result<Origin> CheckAttestationEndpoint(std::string_view text, const EndpointRules& rules);

/// ParseAllowedHosts splits the value of MSAL_MI_IMDSV2_ALLOWED_HOSTS at `,` and `;`. It returns nullopt if
/// the variable is not set. A variable that is set but names no host gives an empty list, which allows
/// nothing.
std::optional<std::vector<std::string>> ParseAllowedHosts(
    const std::optional<std::string>& environment_value);

/// CanMatchAHost returns true if an entry of the allow-list is a host or `*.suffix`. An entry with a scheme,
/// a port, a path or white space never matches.
bool CanMatchAHost(std::string_view entry);

}  // namespace msiv2
