#include "base/unset_variable.h"

namespace msiv2 {

std::shared_ptr<const UnsetVariable> UnsetVariable::Of(std::string_view /*name*/) { return nullptr; }

bool UnsetVariable::IsStillUnset() const noexcept { return false; }

}  // namespace msiv2
