// What the self-test looks at on this system.
#pragma once

#include <memory>

#include "selftest/parts.h"

namespace msiv2 {

/// MakeSelfTestParts returns the parts that only this system has: version, NCrypt, locks, keys, certificate
/// store. Null where there are none: on anything but Windows.
std::shared_ptr<selftest::Parts> MakeSelfTestParts();

}  // namespace msiv2
