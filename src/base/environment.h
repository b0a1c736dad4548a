// The environment variables that msiv2 reads, in one place.
#pragma once

#include <optional>
#include <string>

#include "msiv2/options.h"

namespace msiv2 {

inline constexpr char kImdsHostVariable[] = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
inline constexpr char kKillSwitchVariable[] = "MSAL_MI_DISABLE_IMDS_V2";
inline constexpr char kStoreSwitchVariable[] = "MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE";
inline constexpr char kAllowedHostsVariable[] = "MSAL_MI_IMDSV2_ALLOWED_HOSTS";
inline constexpr char kAttestationLibraryVariable[] = "MSIV2_ATTESTATION_LIBRARY";
inline constexpr char kAttestationLibraryPinVariable[] = "MSIV2_ATTESTATION_LIBRARY_SHA256";

/// ProcessEnvironment returns the reader of this process's own variables.
EnvironmentReader ProcessEnvironment();

/// ImdsV2Disabled tells whether the kill switch is set: exactly `1`, or `true` in any case. Anything else
/// leaves MSI v2 on, so that a typo never weakens a binding.
bool ImdsV2Disabled(const EnvironmentReader& environment);

/// CertificateStoreDisabled tells whether no certificate may be kept beyond the process: exactly `1`, or
/// `true` in any case (PER-1). Anything else leaves the built-in store on.
bool CertificateStoreDisabled(const EnvironmentReader& environment);

}  // namespace msiv2
