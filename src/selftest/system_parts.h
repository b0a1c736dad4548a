// What the self-test examines on this system.
#pragma once

#include <memory>

#include "selftest/parts.h"

namespace msiv2 {

/// MakeSelfTestParts returns the parts that only this system has: version, NCrypt, locks, keys, certificate
/// store. Returns null on systems other than Windows.
std::shared_ptr<selftest::Parts> MakeSelfTestParts();

}  // namespace msiv2
