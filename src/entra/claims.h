// The claims parameter of a token request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2::entra {

/// MergeClaims returns the caller's claims as compact JSON, with the client capabilities added as
/// `access_token.xms_cc.values`. It returns an empty text if both are empty, and nullopt if `claims` is not
/// empty and not a JSON object.
std::optional<std::string> MergeClaims(std::string_view claims, const std::vector<std::string>& capabilities);

}  // namespace msiv2::entra
