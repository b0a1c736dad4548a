#include "selftest/system_parts.h"

namespace msiv2 {

std::shared_ptr<selftest::Parts> MakeSelfTestParts() { return nullptr; }

}  // namespace msiv2
