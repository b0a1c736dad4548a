// The environment variables that msiv2 reads, in one place.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

/// UnprivilegedEnvironment returns the same reader, except in a program that has more rights than its caller
/// (set-user-ID). There, the reader finds no variables. Use it for variables that decide whom to trust, as
/// OpenSSL does for its own.
EnvironmentReader UnprivilegedEnvironment();

/// SwitchState is the value of a variable that switches something on.
enum class SwitchState {
  kOff,      ///< unset, empty, `0` or `false`
  kOn,       ///< `1` or `true`
  kUnknown,  ///< anything else: counts as off, and SwitchNotices reports it
};

/// ReadSwitch reads the switch `variable`. Case and surrounding white space are ignored.
SwitchState ReadSwitch(const EnvironmentReader& environment, const char* variable);

/// ImdsV2Disabled returns true if the kill switch is on. An unknown value leaves MSI v2 on, so that a typo
/// never weakens a binding.
bool ImdsV2Disabled(const EnvironmentReader& environment);

/// CertificateStoreDisabled returns true if no certificate may be stored beyond the life of the process
/// (PER-1). An unknown value leaves the built-in store on.
bool CertificateStoreDisabled(const EnvironmentReader& environment);

/// SwitchNotices returns a human-readable text for each switch with an unknown value: name, effect and
/// remedy, never the value.
std::vector<std::string> SwitchNotices(const EnvironmentReader& environment);

}  // namespace msiv2
