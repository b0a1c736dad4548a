// The token of a Kubernetes cluster, which a workload identity shows to Entra.
#pragma once

#include <cstddef>
#include <string>

#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::v1 {

/// kLargestAssertion is how long such a file may be.
inline constexpr std::size_t kLargestAssertion = 65536;

/// ReadAssertion reads the file that AZURE_FEDERATED_TOKEN_FILE names, without white space at its ends. The
/// cluster replaces the file from time to time: it is read for each request. It may be a link; Kubernetes
/// makes it one. Errors: `managed_identity_request_failed`: not a regular file, empty, too large, not a
/// token.
Result<SecretString> ReadAssertion(const std::string& path);

}  // namespace msiv2::v1
