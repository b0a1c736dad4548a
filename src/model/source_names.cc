// The names of the MSI v1 sources.
#include "msiv2/source.h"

namespace msiv2 {

std::string_view Name(IdentitySource source) noexcept {
  switch (source) {
    case IdentitySource::kWorkloadIdentity:
      return "WorkloadIdentity";
    case IdentitySource::kServiceFabric:
      return "ServiceFabric";
    case IdentitySource::kAppService:
      return "AppService";
    case IdentitySource::kAppService2017:
      return "AppService2017";
    case IdentitySource::kMachineLearning:
      return "MachineLearning";
    case IdentitySource::kCloudShell:
      return "CloudShell";
    case IdentitySource::kAzureArc:
      return "AzureArc";
    case IdentitySource::kImds:
      return "Imds";
  }
  return "Imds";
}

std::string_view Name(SourceState state) noexcept {
  switch (state) {
    case SourceState::kFound:
      return "found";
    case SourceState::kPossible:
      return "possible";
    case SourceState::kAbsent:
      return "absent";
  }
  return "absent";
}

}  // namespace msiv2
