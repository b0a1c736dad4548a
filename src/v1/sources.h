// The table of MSI v1 sources.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "v1/source.h"

namespace msiv2::v1 {

// One row each, in the file of its name.
extern const Source kWorkloadIdentity;
extern const Source kServiceFabric;
extern const Source kAppService;
extern const Source kAppService2017;
extern const Source kMachineLearning;
extern const Source kCloudShell;
extern const Source kAzureArc;
extern const Source kImds;

/// Sources returns every row in the order of detection; workload identity first.
const std::array<const Source*, 8>& Sources();

/// SourceOf returns the row of `id`.
const Source& SourceOf(IdentitySource id);

/// kImdsTokenPath is the path, under the base of IMDS, that returns MSI v1 tokens.
inline constexpr char kImdsTokenPath[] = "/metadata/identity/oauth2/token";

/// kPlaceholderClientId is what Azure Machine Learning writes where a compute has no identity.
inline constexpr std::string_view kPlaceholderClientId = "clientid";

/// Choice is the source that serves a request, and whether this host or the options name it. IMDS may only be
/// assumed.
struct Choice {
  const Source* source = nullptr;  ///< never null
  bool named = false;
  std::string why;          ///< human-readable; names variables and files, never their values
  bool incomplete = false;  ///< Detection::incomplete of the source
};

/// WhyNotImds returns why a choice is another source than IMDS, the only one that issues certificates
/// (API-7). It returns nullopt if the choice is IMDS.
std::optional<std::string> WhyNotImds(const Choice& choice);

/// ChooseSource returns `forced` if it is given, else the first source that is found, else IMDS. Workload
/// identity is considered only if `workload_identity` allows it. If it is incomplete then (its file is named,
/// other variables are missing), it is chosen all the same. Its request fails, and no other identity takes
/// its place.
Choice ChooseSource(const HostEnvironment& host, std::optional<IdentitySource> forced,
                    bool workload_identity);

/// WhyIncomplete returns why a request to an incomplete source cannot be sent. It returns nullopt for any
/// other choice, and if `identity` makes up for what is missing.
std::optional<Error> WhyIncomplete(const Choice& choice, const HostEnvironment& host,
                                   const ManagedIdentityId& identity);

/// RefuseBound returns why a host with this choice has no bound tokens, or nullopt. It is the error of
/// WhyIncomplete, which a bearer token gets too, else `mtls_pop_not_supported_for_environment` (API-7).
std::optional<Error> RefuseBound(const Choice& choice, const HostEnvironment& host,
                                 const ManagedIdentityId& identity);

/// MayServe returns true if it is worth asking the chosen source. A named source always is. IMDS is, unless
/// the firmware says that this is not an Azure machine.
bool MayServe(const Choice& choice, const HostEnvironment& host);

/// FindSources returns what is known of every source, in the same order.
std::vector<SourceFinding> FindSources(const HostEnvironment& host, std::optional<IdentitySource> forced,
                                       bool workload_identity);

/// SourceWarnings returns what is wrong with the variables of the sources, in the same order. The firmware
/// plays no part in it. A client or a tenant without the file of a workload identity is a warning only if
/// `workload_identity` allows that source.
std::vector<std::string> SourceWarnings(const HostEnvironment& host, bool workload_identity);

}  // namespace msiv2::v1
