#include "imds/base_url.h"

#include "base/ascii.h"
#include "base/environment.h"
#include "base/url.h"

namespace msiv2::imds {
namespace {

constexpr char kDefaultBase[] = "http://169.254.169.254";

Result<std::string> CheckBase(std::string_view source, std::string_view text, bool allow_insecure) {
  auto refuse = [&](std::string_view reason) {
    return Error(ErrorCode::kInvalidRequest,
                 std::string(source) + " is '" + Printable(text) + "', which " + std::string(reason));
  };
  const auto url = ParseUrl(text);
  if (!url) return refuse("is no http or https URL of a host");
  const Origin& origin = url->origin;
  const bool on_this_host = IsLoopbackHost(origin.host) || IsLinkLocalHost(origin.host);
  if (origin.scheme == "http" && !on_this_host && !allow_insecure) {
    return refuse(
        "would carry the attestation JWT over a network in plain http; use https, or set "
        "allow_insecure_imds_base knowingly");
  }
  return origin.ToString();
}

}  // namespace

Result<std::string> ResolveImdsBase(const std::string& option, const EnvironmentReader& environment,
                                    bool allow_insecure) {
  if (!option.empty()) return CheckBase("imds_base_url", Trim(option), allow_insecure);
  const auto variable = environment(kImdsHostVariable);
  if (variable && !variable->empty()) return CheckBase(kImdsHostVariable, Trim(*variable), allow_insecure);
  return std::string(kDefaultBase);
}

bool IsLoopbackBase(std::string_view base) {
  const auto url = ParseUrl(base);
  return url && IsLoopbackHost(url->origin.host);
}

}  // namespace msiv2::imds
