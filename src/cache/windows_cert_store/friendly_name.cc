#include "cache/windows_cert_store/friendly_name.h"

#include <algorithm>
#include <iterator>

namespace msiv2::cache {
namespace {

constexpr std::string_view kPrefix = "MSAL|";
constexpr std::string_view kAliasTag = "alias";
constexpr std::string_view kEndpointTag = "ep";

// All characters that .NET counts as white space, in UTF-8.
constexpr std::string_view kBlanks[] = {" ",
                                        "\t",
                                        "\n",
                                        "\v",
                                        "\f",
                                        "\r",
                                        "\xc2\x85",
                                        "\xc2\xa0",
                                        "\xe1\x9a\x80",
                                        "\xe2\x80\x80",
                                        "\xe2\x80\x81",
                                        "\xe2\x80\x82",
                                        "\xe2\x80\x83",
                                        "\xe2\x80\x84",
                                        "\xe2\x80\x85",
                                        "\xe2\x80\x86",
                                        "\xe2\x80\x87",
                                        "\xe2\x80\x88",
                                        "\xe2\x80\x89",
                                        "\xe2\x80\x8a",
                                        "\xe2\x80\xa8",
                                        "\xe2\x80\xa9",
                                        "\xe2\x80\xaf",
                                        "\xe2\x81\x9f",
                                        "\xe3\x80\x80"};

bool CanStandInAName(std::string_view text) {
  constexpr std::string_view kForbidden("|\r\n\0", 4);
  return !text.empty() && text.find_first_of(kForbidden) == std::string_view::npos;
}

std::string_view TrimSlashes(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// Reads one part of a friendly name. A part without a known tag is ignored.
void ReadPart(std::string_view part, FriendlyName& name) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view tag = TrimBlank(part.substr(0, equals));
  const std::string_view value = TrimBlank(part.substr(equals + 1));
  if (tag == kAliasTag) name.alias = value;
  if (tag == kEndpointTag) name.endpoint = value;
}

}  // namespace

std::string_view TrimBlank(std::string_view text) noexcept {
  const auto starts = [&](std::string_view blank) { return text.starts_with(blank); };
  const auto ends = [&](std::string_view blank) { return text.ends_with(blank); };
  for (const auto* blank = std::begin(kBlanks); blank != std::end(kBlanks);) {
    blank = std::find_if(std::begin(kBlanks), std::end(kBlanks), starts);
    if (blank != std::end(kBlanks)) text.remove_prefix(blank->size());
  }
  for (const auto* blank = std::begin(kBlanks); blank != std::end(kBlanks);) {
    blank = std::find_if(std::begin(kBlanks), std::end(kBlanks), ends);
    if (blank != std::end(kBlanks)) text.remove_suffix(blank->size());
  }
  return text;
}

std::optional<std::string> EncodeFriendlyName(std::string_view alias, std::string_view endpoint) {
  alias = TrimBlank(alias);
  endpoint = TrimBlank(endpoint);
  if (!CanStandInAName(alias) || !CanStandInAName(endpoint)) return std::nullopt;
  std::string name(kPrefix);
  name.append(kAliasTag).append("=").append(alias);
  name.append("|").append(kEndpointTag).append("=").append(endpoint);
  return name;
}

std::optional<FriendlyName> DecodeFriendlyName(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  FriendlyName name;
  while (!text.empty()) {
    const auto bar = text.find('|');
    ReadPart(text.substr(0, bar), name);
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 1);
  }
  if (name.alias.empty() || name.endpoint.empty()) return std::nullopt;
  return name;
}

std::string JoinEndpoint(std::string_view token_endpoint, std::string_view tenant_id) {
  while (tenant_id.starts_with('/')) tenant_id.remove_prefix(1);
  std::string endpoint(TrimSlashes(token_endpoint));
  return endpoint.append("/").append(TrimSlashes(tenant_id));
}

std::optional<TenantEndpoint> SplitEndpoint(std::string_view endpoint) {
  endpoint = TrimSlashes(TrimBlank(endpoint));
  const auto slash = endpoint.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view rest = TrimSlashes(endpoint.substr(0, slash));
  const std::string_view tenant = TrimBlank(endpoint.substr(slash + 1));
  // A rest that ends in a colon is a scheme. Then the last segment was the host, and there is no tenant.
  if (rest.empty() || rest.ends_with(':') || tenant.empty()) return std::nullopt;
  return TenantEndpoint{std::string(rest), std::string(tenant)};
}

}  // namespace msiv2::cache
