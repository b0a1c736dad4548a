// NCrypt of this system, disguised as one whose keys VBS isolates: for tests where there is no VBS.
#pragma once

#include <memory>

#include "keys/cng/ncrypt_api.h"

namespace msiv2::test {

/// MakeIsolatingNCrypt returns a table over `system`: keys are created and sign there, without a name. What
/// Wine lacks is played. A key can be opened by the name it was created with, and reports that it is isolated
/// and not exportable.
std::shared_ptr<cng::NCryptApi> MakeIsolatingNCrypt(std::shared_ptr<cng::NCryptApi> system);

}  // namespace msiv2::test
