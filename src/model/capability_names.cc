#include "msiv2/capabilities.h"

namespace msiv2 {

std::string_view Name(ImdsVersion version) noexcept {
  switch (version) {
    case ImdsVersion::kV2:
      return "imds_v2";
    case ImdsVersion::kV1:
      return "imds_v1";
    case ImdsVersion::kOther:
      return "other";
    case ImdsVersion::kUnknown:
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
