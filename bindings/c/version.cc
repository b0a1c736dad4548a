#include "msiv2/version.h"

#include <cstdint>

#include "bindings/c/msiv2.h"

extern "C" {

const char* msiv2_version(void) { return msiv2::Version(); }

std::uint32_t msiv2_api_version(void) { return MSIV2_API_VERSION; }

// Each day on which the header changed gets a line here: a day on which it did not is no version of it.
std::int32_t msiv2_supports_api(std::uint32_t api_version) {
  switch (api_version) {
    case 20261128:
      return 1;
    default:
      return 0;
  }
}

}  // extern "C"
