#include "model/process_mark.h"

namespace msiv2 {

std::uint64_t ForkGeneration() noexcept { return 0; }  // no fork

}  // namespace msiv2
