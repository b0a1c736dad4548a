// NCrypt of this system, posing as one whose keys are isolated by VBS: for tests where there is no VBS.
#pragma once

#include <memory>

#include "keys/cng/ncrypt_api.h"

namespace msiv2::test {

/// MakeIsolatingNCrypt returns a table over `system`: keys are made and sign there, without a name. What Wine
/// lacks is played: a key can be opened by the name it was made with, and says of itself that it is isolated
/// and not exportable.
std::shared_ptr<cng::NCryptApi> MakeIsolatingNCrypt(std::shared_ptr<cng::NCryptApi> system);

}  // namespace msiv2::test
