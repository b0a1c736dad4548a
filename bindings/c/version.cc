#include "msiv2/version.h"

#include <cstdint>

#include "bindings/c/msiv2.h"

extern "C" {

const char* msiv2_version(void) { return msiv2::Version(); }

std::uint32_t msiv2_api_version(void) { return MSIV2_API_VERSION; }

// Each date on which the header changed has a line here. No other date is a version of it.
std::int32_t msiv2_supports_api(std::uint32_t api_version) {
  switch (api_version) {
    case 20261128:
      return 1;
    default:
      return 0;
  }
}

}  // extern "C"
