// Finding a header by its name.
#pragma once

#include <optional>
#include <string_view>

#include "msiv2/http.h"

namespace msiv2 {

/// FindHeader returns the value of the first header with this name, ignoring case (RFC 9110 section 5.1). The
/// view lives as long as `headers`.
std::optional<std::string_view> FindHeader(const HttpHeaders& headers, std::string_view name);

}  // namespace msiv2
