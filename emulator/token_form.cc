#include "emulator/token_form.h"

#include "emulator/certificate_facts.h"

namespace msiv2::emulator {

std::optional<AadstsError> CheckTokenForm(const httplib::Request& request, const std::string& tenant,
                                          const std::string& tenant_id, std::string& resource) {
  constexpr std::string_view kDefaultScope = "/.default";
  if (!SameIdentifier(tenant, tenant_id)) return Refusal(90002, "Tenant '" + tenant + "' not found.");
  for (const auto* name : {"grant_type", "client_id", "scope"}) {
    if (!request.get_param_value(name).empty()) continue;
    return Refusal(900144,
                   "The request body must contain the following parameter: '" + std::string(name) + "'.");
  }
  if (request.get_param_value("grant_type") != "client_credentials") return Refusal(70003);
  if (request.has_param("client_secret")) return Refusal(7000215);
  const auto scope = request.get_param_value("scope");
  if (!scope.ends_with(kDefaultScope) || scope.size() == kDefaultScope.size()) return Refusal(1002012);
  resource = scope.substr(0, scope.size() - kDefaultScope.size());
  if (resource.find("://unknown.") != std::string::npos) {
    return Refusal(50001, "The resource named " + resource + " was not found in the tenant.");
  }
  return std::nullopt;
}

}  // namespace msiv2::emulator
