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
/// Kubernetes creates one. Errors: `managed_identity_request_failed` if it is not a regular file, is empty or
/// too large, or does not hold a token.
Result<SecretString> ReadAssertion(const std::string& path);

}  // namespace msiv2::v1
