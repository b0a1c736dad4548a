#include "emulator/identities.h"

#include <algorithm>

namespace msiv2::emulator {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameIgnoringCase(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool Matches(const EmulatedIdentity& identity, const Selector& selector) {
  if (selector.client_id) return SameIgnoringCase(identity.client_id, *selector.client_id);
  if (selector.object_id) return SameIgnoringCase(identity.object_id, *selector.object_id);
  if (selector.resource_id) return SameIgnoringCase(identity.resource_id, *selector.resource_id);
  return identity.system_assigned;
}

}  // namespace

std::vector<EmulatedIdentity> DefaultIdentities() {
  return {
      {true, "99999999-8888-4777-8666-555555555555", "99999999-0000-4777-8666-555555555555", ""},
      {false, "88888888-7777-4666-8555-444444444444", "88888888-0000-4666-8555-444444444444",
       "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/emulator/providers/"
       "Microsoft.ManagedIdentity/userAssignedIdentities/emulated"},
  };
}

std::optional<EmulatedIdentity> FindIdentity(const std::vector<EmulatedIdentity>& identities,
                                             const Selector& selector) {
  const auto found =
      std::find_if(identities.begin(), identities.end(),
                   [&](const EmulatedIdentity& identity) { return Matches(identity, selector); });
  return found == identities.end() ? std::nullopt : std::optional(*found);
}

}  // namespace msiv2::emulator
