#include "base/environment.h"

#include "base/ascii.h"

namespace msiv2 {
namespace {

bool IsSwitchedOn(const EnvironmentReader& environment, const char* name) {
  const auto value = environment(name);
  return value && (*value == "1" || EqualsIgnoreCase(*value, "true"));
}

}  // namespace

bool ImdsV2Disabled(const EnvironmentReader& environment) {
  return IsSwitchedOn(environment, kKillSwitchVariable);
}

bool CertificateStoreDisabled(const EnvironmentReader& environment) {
  return IsSwitchedOn(environment, kStoreSwitchVariable);
}

}  // namespace msiv2
