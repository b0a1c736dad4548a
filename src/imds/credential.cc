#include "imds/credential.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/json.h"
#include "imds/imds_error.h"

namespace msiv2::imds {
namespace {

constexpr std::string_view kCredentialPath = "/metadata/identity/issuecredential";

Error Unusable(ErrorCode code, const std::string& cause) {
  Error error(code, cause);
  error.http_status = 200;
  return error;
}

Error Failed(const std::string& cause) { return Unusable(ErrorCode::kCredentialRequestFailed, cause); }

}  // namespace

HttpRequest BuildCredentialRequest(const ImdsCall& call, ByteView csr_der,
                                   const SecretString* attestation_token, bool bypass_cache) {
  HttpRequest request = StartRequest(call, kCredentialPath);
  request.method = "POST";
  if (bypass_cache) request.url += "&bypass_cache=true";
  request.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  const std::string csr = Base64Encode(csr_der);
  JsonMembers members = {{"csr", csr}};
  if (attestation_token != nullptr) members.emplace_back("attestation_token", attestation_token->Reveal());
  request.body = WriteJson(members);
  return request;
}

Result<IssuedCredential> ParseCredentialResponse(const HttpResponse& response,
                                                 const PlatformMetadata& metadata,
                                                 const KnownSecrets& secrets) {
  if (response.status != 200) {
    return RefusalError(ErrorCode::kCredentialRequestFailed, Step::kCredential, "issuecredential", response,
                        secrets);
  }
  const auto document = JsonObject::ParseUnambiguous(response.body);
  if (!document) return Failed("the answer " + std::string(document.error().what));
  auto field = [&](std::string_view name) { return document->String(name).value_or(""); };
  for (const std::string_view name :
       {"client_id", "tenant_id", "certificate", "identity_type", "mtls_authentication_endpoint"}) {
    if (field(name).empty()) return Failed(std::string(name) + " is missing");
  }
  IssuedCredential credential;
  credential.client_id = field("client_id");
  credential.tenant_id = field("tenant_id");
  credential.identity_type = field("identity_type");
  credential.mtls_authentication_endpoint = field("mtls_authentication_endpoint");
  if (!EqualsIgnoreCase(credential.client_id, metadata.client_id)) {
    return Failed("client_id is not the clientId of the platform metadata");
  }
  if (!EqualsIgnoreCase(credential.tenant_id, metadata.tenant_id)) {
    return Failed("tenant_id is not the tenantId of the platform metadata");
  }
  auto certificate = Base64Decode(field("certificate"));
  if (!certificate) return Unusable(ErrorCode::kInvalidCertificate, "the certificate is not strict base64");
  credential.certificate_der = *std::move(certificate);
  return credential;
}

}  // namespace msiv2::imds
