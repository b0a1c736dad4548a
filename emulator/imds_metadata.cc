// Step 1, and the request of a capability probe.
#include "emulator/answer_faults.h"
#include "emulator/csr_check.h"
#include "emulator/imds_handlers.h"

namespace msiv2::emulator::imds {
namespace {

using nlohmann::json;

const JsonFaults& MetadataFaults() {
  static const JsonFaults faults = [] {
    JsonFaults all = EndpointFaults("attestationEndpoint");
    all["no-client-id"] = Without("clientId");
    all["no-tenant-id"] = Without("tenantId");
    all["no-cuid"] = Without("cuId");
    all["empty-cuid"] = With("cuId", json::object());
    all["blank-cuid"] = With("cuId", {{"vmId", ""}, {"vmssId", ""}});
    all["bad-client-id"] = With("clientId", "{99999999-8888-4777-8666-555555555555}");
    all["bad-tenant-id"] = With("tenantId", "common");
    all["number-client-id"] = With("clientId", 7);
    all["other-client-id"] = With("clientId", "00000000-0000-4000-8000-00000000000c");
    all["other-tenant-id"] = With("tenantId", "00000000-0000-4000-8000-00000000000d");
    all["not-an-object"] = [](json& answer) { answer = json::array({"clientId"}); };
    return all;
  }();
  return faults;
}

constexpr char kForeignServer[] = "foreign-server";

const JsonFaults& ComputeFaults() {
  static const JsonFaults faults = {
      {"no-security-profile", Without("securityProfile")},
      {"windows", With("osType", "Windows")},
  };
  return faults;
}

json ComputeData() {
  return {{"azEnvironment", "AzurePublicCloud"},
          {"location", "emulated"},
          {"name", "emulated-host"},
          {"osType", "Linux"},
          {"provider", "Microsoft.Compute"},
          {"securityProfile",
           {{"encryptionAtHost", "false"},
            {"secureBootEnabled", "true"},
            {"securityType", "TrustedLaunch"},
            {"virtualTpmEnabled", "true"}}}};
}

}  // namespace

std::vector<std::string> MetadataAnswerFaults() {
  std::vector<std::string> names = NamesOf(MetadataFaults());
  names.emplace_back(kForeignServer);
  return names;
}

std::vector<std::string> ComputeAnswerFaults() { return NamesOf(ComputeFaults()); }

void GetPlatformMetadata(const ImdsServerOptions& options, const httplib::Request& request,
                         httplib::Response& response, Exchange& exchange) {
  if (!CheckV2Request(options, request, response)) return;
  const auto identity = SelectIdentity(options, "mi_res_id", request, response);
  if (!identity) return;
  json answer = {{"clientId", identity->client_id},
                 {"tenantId", options.tenant_id},
                 {"cuId", json::parse(CuIdJson(options.vm_id, options.vmss_id))},
                 {"attestationEndpoint", options.attestation_endpoint}};
  const std::string& fault = exchange.answer_fault();
  if (fault == kForeignServer) {
    response.set_header("Server", "nginx");
  } else if (!fault.empty() && !Spoil(MetadataFaults(), fault, answer)) {
    return RefuseUnknownFault(response, fault);
  }
  Answer(response, 200, answer);
}

void GetCompute(const ImdsServerOptions& options, const httplib::Request& request,
                httplib::Response& response, Exchange& exchange) {
  if (!CheckCommonHeaders(request, response)) return;
  if (request.get_param_value("api-version").empty()) {
    return Refuse(request, response, 400, "Bad request. api-version was not specified in the request", "");
  }
  json answer = ComputeData();
  answer["vmId"] = options.vm_id;
  const std::string& fault = exchange.answer_fault();
  if (!fault.empty() && !Spoil(ComputeFaults(), fault, answer)) return RefuseUnknownFault(response, fault);
  Answer(response, 200, answer);
}

}  // namespace msiv2::emulator::imds
