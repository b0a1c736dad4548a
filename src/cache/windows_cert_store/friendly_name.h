// The friendly name by which this library and its siblings find their certificates in the user's store.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::cache {

/// FriendlyName is the content of a friendly name: `MSAL|alias=<alias>|ep=<endpoint>` (PER-3).
struct FriendlyName {
  std::string alias;     ///< `<identity>#att=<0|1>`
  std::string endpoint;  ///< `<token endpoint>/<tenant id>`
};

/// TenantEndpoint is the endpoint of a FriendlyName, split into its two parts.
struct TenantEndpoint {
  std::string token_endpoint;
  std::string tenant_id;
};

/// TrimBlank removes leading and trailing white space, including that of Unicode, as the sibling library on
/// .NET does. `text` is UTF-8.
std::string_view TrimBlank(std::string_view text) noexcept;

/// EncodeFriendlyName returns the friendly name of both parts, without their surrounding white space. It
/// returns nullopt if a part is blank or contains `|`, CR, LF or NUL, which cannot be escaped.
std::optional<std::string> EncodeFriendlyName(std::string_view alias, std::string_view endpoint);

/// DecodeFriendlyName reads a friendly name, including one that another library wrote. Unknown tags are
/// ignored, the last of a repeated tag counts, and a value may contain `=`. It returns nullopt if the prefix
/// is missing, or if alias or endpoint is missing or blank.
std::optional<FriendlyName> DecodeFriendlyName(std::string_view text);

/// JoinEndpoint returns `<token endpoint>/<tenant id>` without extra slashes (BND-1).
std::string JoinEndpoint(std::string_view token_endpoint, std::string_view tenant_id);

/// SplitEndpoint takes the last path segment as the tenant and the rest as the token endpoint. It does not
/// validate the rest: the rules of step 6 apply before it is used. It returns nullopt if either would be
/// empty.
std::optional<TenantEndpoint> SplitEndpoint(std::string_view endpoint);

}  // namespace msiv2::cache
