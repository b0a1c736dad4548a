// GUIDs as the services write them.
#pragma once

#include <string_view>

namespace msiv2 {

/// IsGuid returns true if `text` is a bare GUID: 8-4-4-4-12 hex digits, no braces, no `urn:uuid:`.
bool IsGuid(std::string_view text) noexcept;

}  // namespace msiv2
