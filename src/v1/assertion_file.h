// The token of a Kubernetes cluster, which a workload identity presents to Entra.
#pragma once

#include <cstddef>
#include <string>

#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::v1 {

/// kLargestAssertion is the maximum size of such a file, in bytes.
inline constexpr std::size_t kLargestAssertion = 65536;

/// ReadAssertion reads the file that AZURE_FEDERATED_TOKEN_FILE names, without surrounding white space. The
/// cluster replaces the file from time to time, so it is read for each request. The file may be a link, as
/// Kubernetes creates one. Errors: `assertion_unavailable`, with the path and the system's reason. The file
/// must be a regular one that can be read, is not too large and holds a token.
Result<SecretString> ReadAssertion(const std::string& path);

}  // namespace msiv2::v1
