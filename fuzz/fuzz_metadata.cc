// Step 1's answer: whatever the body, no crash, and what is accepted satisfies the rules of the spec.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/guid.h"
#include "imds/metadata.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckAccepted(const msiv2::PlatformMetadata& metadata, bool attesting) {
  Require(msiv2::IsGuid(metadata.client_id));
  Require(msiv2::IsGuid(metadata.tenant_id));
  Require(!metadata.cu_id.vm_id.empty() || !metadata.cu_id.vmss_id.empty());
  Require(!attesting || !metadata.attestation_endpoint.empty());
}

void CheckRefused(const msiv2::Error& error) {
  Require(error.step == msiv2::Step::kMetadata);
  Require(error.message.find_first_of("\r\n\x1b") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const int status : {200, 400}) {
    for (const bool attesting : {false, true}) {
      const msiv2::HttpResponse response{status, {{"Server", "IMDS/1"}}, body};
      const auto metadata = msiv2::imds::ParseMetadataResponse(response, {}, attesting);
      Require(status == 200 || !metadata);
      if (metadata) {
        CheckAccepted(*metadata, attesting);
      } else {
        CheckRefused(metadata.error());
      }
    }
  }
  return 0;
}
