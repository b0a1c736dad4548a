// The friendly name by which the sibling libraries and we find our certificates in the user's store.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::cache {

/// FriendlyName is what stands in a friendly name: `MSAL|alias=<alias>|ep=<endpoint>` (PER-3).
struct FriendlyName {
  std::string alias;     ///< `<identity>#att=<0|1>`
  std::string endpoint;  ///< `<token endpoint>/<tenant id>`
};

/// TenantEndpoint is the endpoint of a FriendlyName in its two parts.
struct TenantEndpoint {
  std::string token_endpoint;
  std::string tenant_id;
};

/// TrimBlank drops leading and trailing white space as the sibling library on .NET does, which counts that of
/// Unicode. `text` is UTF-8.
std::string_view TrimBlank(std::string_view text) noexcept;

/// EncodeFriendlyName returns the friendly name of both parts without surrounding white space; nothing when
/// one of them is blank or holds `|`, CR, LF or NUL, which nothing could escape.
std::optional<std::string> EncodeFriendlyName(std::string_view alias, std::string_view endpoint);

/// DecodeFriendlyName reads a friendly name, also one that another library wrote: unknown tags are passed
/// over, of a repeated tag the last one counts, and a value may hold `=`. Nothing without the prefix, or
/// where alias or endpoint is missing or blank.
std::optional<FriendlyName> DecodeFriendlyName(std::string_view text);

/// JoinEndpoint returns `<token endpoint>/<tenant id>` without slashes at the seams (BND-1).
std::string JoinEndpoint(std::string_view token_endpoint, std::string_view tenant_id);

/// SplitEndpoint takes the last path segment as the tenant and the rest as the token endpoint, whatever that
/// looks like: it is judged by the rules of step 6 before it is used. Nothing when either would be empty.
std::optional<TenantEndpoint> SplitEndpoint(std::string_view endpoint);

}  // namespace msiv2::cache
