#include "msiv2/capabilities.h"

namespace msiv2 {

std::string_view Name(ManagedIdentitySource source) noexcept {
  switch (source) {
    case ManagedIdentitySource::kImdsV2:
      return "imds_v2";
    case ManagedIdentitySource::kImdsV1:
      return "imds_v1";
    case ManagedIdentitySource::kOther:
      return "other";
    case ManagedIdentitySource::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view Name(HostSecurity security) noexcept {
  switch (security) {
    case HostSecurity::kStandard:
      return "standard";
    case HostSecurity::kTrustedLaunch:
      return "trusted_launch";
    case HostSecurity::kConfidentialVm:
      return "confidential_vm";
    case HostSecurity::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace msiv2
