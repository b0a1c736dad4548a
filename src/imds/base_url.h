// The address of IMDS.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// ResolveImdsBase returns the origin of IMDS: `option` if it is not empty, else the variable
/// AZURE_POD_IDENTITY_AUTHORITY_HOST if it is not empty, else `http://169.254.169.254`. A path is dropped.
///
/// Plain http is accepted only for link-local and loopback hosts, unless `allow_insecure`, because the
/// connection carries the CSR and the attestation JWT. Errors: `invalid_request`, which names the option or
/// the variable. It quotes at most the origin of the option and nothing of the variable, because either may
/// hold a password.
Result<std::string> ResolveImdsBase(const std::string& option, const EnvironmentReader& environment,
                                    bool allow_insecure);

/// IsLoopbackBase returns true if a base from ResolveImdsBase is on this machine, and so is an emulator.
bool IsLoopbackBase(std::string_view base);

}  // namespace msiv2::imds
