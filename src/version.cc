#include "msiv2/version.h"

namespace msiv2 {

const char* Version() noexcept { return MSIV2_VERSION; }

}  // namespace msiv2
