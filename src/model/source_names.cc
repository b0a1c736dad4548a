// The names of the MSI v1 sources.
#include "msiv2/source.h"

namespace msiv2 {

std::string_view Name(MsiSource source) noexcept {
  switch (source) {
    case MsiSource::kWorkloadIdentity:
      return "WorkloadIdentity";
    case MsiSource::kServiceFabric:
      return "ServiceFabric";
    case MsiSource::kAppService:
      return "AppService";
    case MsiSource::kAppService2017:
      return "AppService2017";
    case MsiSource::kMachineLearning:
      return "MachineLearning";
    case MsiSource::kCloudShell:
      return "CloudShell";
    case MsiSource::kAzureArc:
      return "AzureArc";
    case MsiSource::kImds:
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
