// Which hosts IMDS may send us to: the rules for the two endpoints that its answers name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "msiv2/result.h"

namespace msiv2 {

/// EndpointRules are what the checks depend on besides the endpoint itself.
struct EndpointRules {
  /// The IMDS base is a loopback address, so it is an emulator, which may name loopback endpoints.
  bool imds_base_is_loopback = false;
  /// Hosts that may be named, exact or `*.suffix`, ignoring case and ports. Closed when set: an empty list
  /// allows nothing.
  std::optional<std::vector<std::string>> allowed_hosts;
};

/// CheckTokenEndpoint returns the origin of `mtls_authentication_endpoint` (spec step 6); path, query and
/// fragment are dropped.
///
/// `text` is a bare host or an https URL. IP addresses, local names and ports other than 443 are accepted
/// only when the allow-list names the host, or when it is a loopback host and the IMDS base is one too. Local
/// names are single labels and what lies under `localhost`, `localdomain`, `internal`, `local` or
/// `home.arpa`. There is no built-in list of hosts: private and sovereign clouds have their own, and the
/// allow-list is for those who want one.
/// Errors: `endpoint_not_allowed` at step 6.
Result<Origin> CheckTokenEndpoint(std::string_view text, const EndpointRules& rules);

/// CheckGivenTokenEndpoint holds an endpoint that a person named, to try it, against the same rules. Its
/// message says so, and shows no more of the text than its origin.
Result<Origin> CheckGivenTokenEndpoint(std::string_view text, const EndpointRules& rules);

/// CheckAttestationEndpoint returns the origin of `attestationEndpoint` (spec step 4). Stricter, because
/// the attestation library sends the machine's own identity token there: no explicit port, no query, and
/// without an allow-list only hosts under the public attestation suffixes. Loopback hosts on any port when
/// the IMDS base is one too; local names as for CheckTokenEndpoint.
/// Errors: `endpoint_not_allowed` at step 4.
Result<Origin> CheckAttestationEndpoint(std::string_view text, const EndpointRules& rules);

/// ParseAllowedHosts splits the value of MSAL_MI_IMDSV2_ALLOWED_HOSTS at `,` and `;`. Nothing for a variable
/// that is not set. One that is set and names no host gives an empty list, which allows nothing.
std::optional<std::vector<std::string>> ParseAllowedHosts(
    const std::optional<std::string>& environment_value);

/// CanMatchAHost returns true if an entry of that list is a host or `*.suffix`. One with a scheme, a port, a
/// path or white space in it never matches.
bool CanMatchAHost(std::string_view entry);

}  // namespace msiv2
