#include <sys/auxv.h>

#include <cstdlib>

#include "base/environment.h"

namespace msiv2 {

EnvironmentReader ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

EnvironmentReader UnprivilegedEnvironment() {
  if (::getauxval(AT_SECURE) == 0) return ProcessEnvironment();
  return [](const char*) -> std::optional<std::string> { return std::nullopt; };
}

}  // namespace msiv2
