#include "v1/surroundings.h"

namespace msiv2::v1 {

SourceState AzureMachine() { return SourceState::kPossible; }

}  // namespace msiv2::v1
