#include "imds/base_url.h"

#include "base/ascii.h"
#include "base/environment.h"
#include "base/url.h"
#include "model/option_text.h"

namespace msiv2::imds {
namespace {

constexpr char kDefaultBase[] = "http://169.254.169.254";

// `source` is what messages call the text.
Result<std::string> CheckBase(const OptionText& source, std::string_view text, bool allow_insecure) {
  auto refuse = [&](OptionTemplate reason) {
    return Error(ErrorCode::kInvalidRequest, source + " " + FromTemplate(reason));
  };
  const auto url = ParseUrl(text);
  if (!url) return refuse("is not an http or https URL of a host, without userinfo");
  const Origin& origin = url->origin;
  const bool on_this_host = IsLoopbackHost(origin.host) || IsLinkLocalHost(origin.host);
  if (origin.scheme == "http" && !on_this_host && !allow_insecure) {
    return refuse(
        "would carry secrets and tokens over a network in plain http; use https[, or set "
        "{allow_insecure_imds_base} knowingly]");
  }
  return origin.ToString();
}

OptionText OptionInWords(std::string_view text) {
  const std::string origin = PrintableOrigin(text);
  return FromTemplate("{imds_base_url}") + (origin.empty() ? origin : " ('" + origin + "')");
}

}  // namespace

Result<std::string> ResolveImdsBase(const std::string& option, const EnvironmentReader& environment,
                                    bool allow_insecure) {
  if (!option.empty()) return CheckBase(OptionInWords(Trim(option)), Trim(option), allow_insecure);
  const auto variable = environment(kImdsHostVariable);
  if (variable && !variable->empty()) return CheckBase({kImdsHostVariable}, Trim(*variable), allow_insecure);
  return std::string(kDefaultBase);
}

bool IsLoopbackBase(std::string_view base) {
  const auto url = ParseUrl(base);
  return url && IsLoopbackHost(url->origin.host);
}

}  // namespace msiv2::imds
