#include "base/environment.h"

#include <string_view>

#include "base/ascii.h"

namespace msiv2 {
SwitchState ReadSwitch(const EnvironmentReader& environment, const char* variable) {
  const auto given = environment(variable);
  const std::string_view value = given ? Trim(*given) : std::string_view();
  if (value == "1" || EqualsIgnoreCase(value, "true")) return SwitchState::kOn;
  const bool off = value.empty() || value == "0" || EqualsIgnoreCase(value, "false");
  return off ? SwitchState::kOff : SwitchState::kUnknown;
}

bool ImdsV2Disabled(const EnvironmentReader& environment) {
  return ReadSwitch(environment, kKillSwitchVariable) == SwitchState::kOn;
}

bool CertificateStoreDisabled(const EnvironmentReader& environment) {
  return ReadSwitch(environment, kStoreSwitchVariable) == SwitchState::kOn;
}

std::vector<std::string> SwitchNotices(const EnvironmentReader& environment) {
  std::vector<std::string> notices;
  const auto check = [&](const char* variable, const char* effect) {
    if (ReadSwitch(environment, variable) != SwitchState::kUnknown) return;
    notices.push_back(std::string(variable) + " is neither 1 nor true nor 0 nor false, so " + effect +
                      ". Set it to 1 or 0, or unset it.");
  };
  check(kKillSwitchVariable, "MSI v2 stays on");
  check(kStoreSwitchVariable, "certificates may be kept in the user's certificate store");
  return notices;
}

}  // namespace msiv2
