#include "imds/metadata.h"

#include "base/ascii.h"
#include "base/guid.h"
#include "base/json.h"
#include "imds/imds_error.h"

namespace msiv2::imds {
namespace {

constexpr std::string_view kMetadataPath = "/metadata/identity/getplatformmetadata";

Error Invalid(const std::string& cause) {
  Error error(ErrorCode::kInvalidMetadata, Step::kMetadata, cause);
  error.http_status = 200;
  return error;
}

Error NotSupported(const HttpResponse& response) {
  Error error = V1OnlyError();
  error.http_status = response.status;
  return error;
}

PlatformMetadata ReadFields(const JsonObject& document) {
  PlatformMetadata metadata;
  metadata.client_id = document.String("clientId").value_or("");
  metadata.tenant_id = document.String("tenantId").value_or("");
  metadata.attestation_endpoint = document.String("attestationEndpoint").value_or("");
  if (const auto cu_id = document.Object("cuId")) {
    metadata.cu_id.vm_id = cu_id->String("vmId").value_or("");
    metadata.cu_id.vmss_id = cu_id->String("vmssId").value_or("");
  }
  return metadata;
}

// Both ids of a machine are short. A certificate request, and what a text hides of it, grow with them.
constexpr std::size_t kLongestCuid = 256;

// Returns true for UTF-8 text, as JSON is, that a certificate request can carry.
bool IsPlainId(std::string_view id) {
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto byte = static_cast<unsigned char>(id[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < id.size() && static_cast<unsigned char>(id[i + 1]) < 0xa0;
    if (IsControl(id[i]) || is_c1) return false;
  }
  return true;
}

// Returns why an id of the machine cannot be used; empty if it can.
std::string WhyUnusable(const std::string& name, std::string_view id) {
  if (id.size() > kLongestCuid) return name + " is longer than 256 bytes";
  if (!IsPlainId(id)) return name + " holds a control character";
  return {};
}

}  // namespace

bool NamesImds(std::string_view server) { return ContainsIgnoreCase(server, "IMDS"); }

bool IsFromImds(const HttpResponse& response) {
  const auto server = response.Header("Server");
  return server && NamesImds(*server);
}

Error V1OnlyError() {
  return Error(ErrorCode::kMtlsPopNotSupportedInImdsV1, Step::kMetadata,
               "IMDS knows no getplatformmetadata, so it does not offer MSI v2");
}

HttpRequest BuildMetadataRequest(const ImdsCall& call) { return StartRequest(call, kMetadataPath); }

Result<PlatformMetadata> ParseMetadataResponse(const HttpResponse& response,
                                               const ManagedIdentityId& identity, bool attesting,
                                               const KnownSecrets& secrets) {
  if (response.status == 404) return NotSupported(response);
  if (response.status != 200) {
    return RefusalError(ErrorCode::kManagedIdentityRequestFailed, Step::kMetadata, "getplatformmetadata",
                        response, secrets);
  }
  if (!IsFromImds(response)) return Invalid("the answer's Server header does not name IMDS");
  const auto document = JsonObject::ParseUnambiguous(response.body);
  if (!document) return Invalid("the answer " + std::string(document.error().what));
  PlatformMetadata metadata = ReadFields(*document);
  if (!IsGuid(metadata.client_id)) return Invalid("clientId is missing or no GUID");
  if (!IsGuid(metadata.tenant_id)) return Invalid("tenantId is missing or no GUID");
  if (metadata.cu_id.vm_id.empty() && metadata.cu_id.vmss_id.empty()) {
    return Invalid("cuId is missing, or has neither vmId nor vmssId");
  }
  for (const std::string& why :
       {WhyUnusable("vmId", metadata.cu_id.vm_id), WhyUnusable("vmssId", metadata.cu_id.vmss_id)}) {
    if (!why.empty()) return Invalid(why);
  }
  if (attesting && metadata.attestation_endpoint.empty()) return Invalid("attestationEndpoint is missing");
  const bool by_client_id = identity.kind() == ManagedIdentityId::Kind::kClientId;
  if (by_client_id && !EqualsIgnoreCase(identity.id(), metadata.client_id)) {
    return Invalid("clientId is not that of the identity that was asked for");
  }
  return metadata;
}

}  // namespace msiv2::imds
