// The resource that a token is for.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/result.h"

namespace msiv2::entra {

/// NormalizeResource returns `text` without one trailing `/.default` and then without trailing slashes. Any
/// name is accepted, including a GUID or `api://...`, because only Entra knows the resources. Errors:
/// `invalid_request` (empty, or holds white space, control characters or non-ASCII).
Result<std::string> NormalizeResource(std::string_view text);

}  // namespace msiv2::entra
