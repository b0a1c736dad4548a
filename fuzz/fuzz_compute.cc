// The compute metadata that GetCapabilities reads: no crash, whatever the body, and facts only from a status
// 200.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "imds/probe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const int status : {200, 404, 503}) {
    const auto facts = msiv2::imds::ParseComputeResponse({status, {}, body});
    if (facts && status != 200) std::abort();
    if (facts && facts->security == msiv2::HostSecurity::kUnknown) std::abort();
    const msiv2::Error error = msiv2::imds::UnclearProbeError({status, {}, body});
    if (error.message.find_first_of("\r\n\x1b") != std::string::npos) std::abort();
  }
  return 0;
}
