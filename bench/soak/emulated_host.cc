#include "bench/soak/emulated_host.h"

#include <array>
#include <cstdio>
#include <string>

namespace msiv2::soak {
namespace {

std::string Guid(const char* group, int number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08d-5041-4000-8000-%s", number, group);
  return text.data();
}

}  // namespace

std::vector<emulator::EmulatedIdentity> Identities(int count) {
  std::vector<emulator::EmulatedIdentity> identities;
  for (int i = 0; i < count; ++i) {
    identities.push_back({.system_assigned = i == 0,
                          .client_id = Guid("00000000c11e", i),
                          .object_id = Guid("000000000b1e", i),
                          .resource_id = "/subscriptions/soak/identities/" + std::to_string(i)});
  }
  return identities;
}

emulator::EmulatorOptions HostOf(const SoakOptions& options) {
  emulator::EmulatorOptions host;
  host.identities = Identities(options.identities);
  host.certificate_lifetime = options.certificate_lifetime;
  host.certificate_age = options.certificate_age;
  host.token_lifetime = options.token_lifetime;
  return host;
}

}  // namespace msiv2::soak
