// IMDS of a VM, MSI v1: GET /metadata/identity/oauth2/token.
#include <utility>

#include "msiv2/version.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

Detection Detect(const HostEnvironment& host) {
  if (IsSet(host.imds_base)) {
    return {SourceState::kFound, "AZURE_POD_IDENTITY_AUTHORITY_HOST, or an option, names its address"};
  }
  switch (host.azure_machine) {
    case SourceState::kFound:
      return {SourceState::kFound, "the firmware says that this is a machine of Azure"};
    case SourceState::kAbsent:
      return {SourceState::kAbsent, "the firmware says that this is not a machine of Azure"};
    case SourceState::kPossible:
      break;
  }
  return {SourceState::kPossible, "no variable indicates it; only a request can tell"};
}

// The flow knows the rules for the base of IMDS, and inserts the base.
Result<Target> Locate(const HostEnvironment& /*host*/, const ManagedIdentityId& /*identity*/) {
  return Target{};
}

HttpRequest Build(const SourceCall& call) {
  std::vector<std::pair<std::string, std::string>> query = {{"api-version", "2018-02-01"},
                                                            {"resource", call.resource}};
  AddIdentity(call.identity,
              {.client_id = "client_id", .object_id = "object_id", .resource_id = "msi_res_id"}, query);
  HttpRequest request = StartGet(call, query);
  request.headers = {{"Metadata", "true"},
                     {"x-client-SKU", "msiv2"},
                     {"x-client-Ver", MSIV2_VERSION},
                     {"x-ms-client-request-id", call.request_id}};
  request.connect_timeout = call.timeouts.imds_connect;
  return request;
}

}  // namespace

const Source kImds = {IdentitySource::kImds, RetryLeg::kImds, Detect, TakesEveryIdentity, Locate, Build};

}  // namespace msiv2::v1
