#include "base/environment.h"

#include <cstdlib>

#include "base/ascii.h"

namespace msiv2 {
namespace {

bool IsSwitchedOn(const EnvironmentReader& environment, const char* name) {
  const auto value = environment(name);
  return value && (*value == "1" || EqualsIgnoreCase(*value, "true"));
}

}  // namespace

EnvironmentReader ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

bool ImdsV2Disabled(const EnvironmentReader& environment) {
  return IsSwitchedOn(environment, kKillSwitchVariable);
}

bool CertificateStoreDisabled(const EnvironmentReader& environment) {
  return IsSwitchedOn(environment, kStoreSwitchVariable);
}

std::optional<std::string> OtherSourceVariable(const EnvironmentReader& environment) {
  auto set = [&](const char* name) {
    const auto value = environment(name);
    return value && !value->empty();
  };
  if (set("IDENTITY_ENDPOINT") && (set("IDENTITY_HEADER") || set("IMDS_ENDPOINT")))
    return "IDENTITY_ENDPOINT";
  if (set("MSI_ENDPOINT")) return "MSI_ENDPOINT";
  return std::nullopt;
}

}  // namespace msiv2
