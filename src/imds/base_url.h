// Where IMDS is.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::imds {

/// ResolveImdsBase returns the origin of IMDS: `option` if it is not empty, else the variable
/// AZURE_POD_IDENTITY_AUTHORITY_HOST if it is not empty, else `http://169.254.169.254`. A path is dropped.
///
/// Plain http is accepted for link-local and loopback hosts only, unless `allow_insecure`: CSR and
/// attestation JWT travel on it. Errors: `invalid_request`, naming the option or the variable: of the option
/// no more than its origin is said, of the variable nothing, since either may hold a password.
Result<std::string> ResolveImdsBase(const std::string& option, const EnvironmentReader& environment,
                                    bool allow_insecure);

/// IsLoopbackBase tells whether a base from ResolveImdsBase is this machine, so an emulator.
bool IsLoopbackBase(std::string_view base);

}  // namespace msiv2::imds
