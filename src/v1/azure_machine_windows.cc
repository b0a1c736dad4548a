#include "v1/host_environment.h"

namespace msiv2::v1 {

SourceState AzureMachine() { return SourceState::kPossible; }

}  // namespace msiv2::v1
