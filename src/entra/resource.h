// The resource that a token is for.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/result.h"

namespace msiv2::entra {

/// CheckResource refuses a resource that no request can carry. Any name is accepted, including a GUID or
/// `api://...`, because only Entra knows the resources. Errors: `invalid_request` (empty, only slashes with
/// or without `/.default`, or holds white space, control characters or non-ASCII).
Result<void> CheckResource(std::string_view text);

/// SourceResource returns the resource for an MSI v1 source: `text` as given, less one trailing `/.default`.
/// A trailing slash stays, because it is part of the audience.
std::string SourceResource(std::string_view text);

/// ScopeResource returns the resource whose scope is the result and `/.default` (step 7, workload identity).
/// A `text` that ends in `/.default` is the scope as it stands, so `https://x//.default` names the audience
/// with the slash. Any other text loses its trailing slashes.
std::string ScopeResource(std::string_view text);

}  // namespace msiv2::entra
