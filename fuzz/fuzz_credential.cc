// Step 5's answer: whatever the body, no crash, and what is accepted satisfies the rules of the spec.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.h"
#include "imds/credential.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

msiv2::PlatformMetadata Metadata() {
  msiv2::PlatformMetadata metadata;
  metadata.client_id = "6f1d0a3c-1111-4222-8333-0123456789ab";
  metadata.tenant_id = "11111111-2222-4333-8444-555555555555";
  return metadata;
}

void CheckAccepted(const msiv2::IssuedCredential& credential, const msiv2::PlatformMetadata& metadata) {
  Require(msiv2::EqualsIgnoreCase(credential.client_id, metadata.client_id));
  Require(msiv2::EqualsIgnoreCase(credential.tenant_id, metadata.tenant_id));
  Require(!credential.certificate_der.empty());
  Require(!credential.identity_type.empty());
  Require(!credential.mtls_authentication_endpoint.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const msiv2::PlatformMetadata metadata = Metadata();
  for (const int status : {200, 400}) {
    const auto credential = msiv2::imds::ParseCredentialResponse({status, {}, body}, metadata);
    Require(status == 200 || !credential);
    if (credential) {
      CheckAccepted(*credential, metadata);
    } else {
      Require(credential.error().message.find_first_of("\r\n\x1b") == std::string::npos);
    }
  }
  return 0;
}
