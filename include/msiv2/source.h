// The sources of MSI v1: the endpoints of this host that issue bearer tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "msiv2/option.h"

namespace msiv2 {

/// IdentitySource is a managed identity endpoint that a host may have. The values are in the order of
/// detection; the first source found is used.
enum class IdentitySource {
  kWorkloadIdentity,  ///< Kubernetes workload identity; detected only with allow_workload_identity
  kServiceFabric,     ///< Service Fabric: IDENTITY_ENDPOINT and IDENTITY_HEADER, with
                      ///< IDENTITY_SERVER_THUMBPRINT or the path of its plain http endpoint
  kAppService,        ///< App Service, version 2019-08-01: IDENTITY_ENDPOINT, IDENTITY_HEADER
  kAppService2017,    ///< App Service, version 2017-09-01: MSI_ENDPOINT, MSI_SECRET, WEBSITE_SITE_NAME
  kMachineLearning,   ///< Azure Machine Learning: MSI_ENDPOINT, MSI_SECRET
  kCloudShell,        ///< Cloud Shell: MSI_ENDPOINT
  kAzureArc,          ///< Azure Arc: IDENTITY_ENDPOINT and IMDS_ENDPOINT, or its agent is installed
  kImds,              ///< the instance metadata service of a VM
};

/// Name returns the source's name, for example "AppService". The view is static.
std::string_view Name(IdentitySource source) noexcept;

/// SourceState says what is known of a source without asking it.
enum class SourceState {
  kFound,     ///< variables, files or firmware of this host show that it has the source
  kPossible,  ///< there is no evidence for or against it: only a request can tell
  kAbsent,    ///< this host does not have it
};

/// Name returns "found", "possible" or "absent". The view is static.
std::string_view Name(SourceState state) noexcept;

/// SourceFinding is what is known of one source, and why.
struct SourceFinding {
  IdentitySource source = IdentitySource::kImds;
  SourceState state = SourceState::kAbsent;
  std::string why;        ///< human-readable; names variables and files, never their values
  bool chosen = false;    ///< requests for bearer tokens go to this source
  std::string warning{};  ///< what is wrong with the settings of this source; empty if nothing is
  std::vector<NamedOption> named_in_why{};  ///< where `why` names options
};

}  // namespace msiv2
