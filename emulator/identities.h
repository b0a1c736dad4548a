// The managed identities of the emulated host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/emulator.h"

namespace msiv2::emulator {

/// Selector is how a caller names an identity; at most one member is set.
struct Selector {
  std::optional<std::string> client_id;
  std::optional<std::string> object_id;
  std::optional<std::string> resource_id;
};

/// DefaultIdentities returns one system-assigned and one user-assigned identity.
std::vector<EmulatedIdentity> DefaultIdentities();

/// FindIdentity returns the identity that `selector` names, ignoring letter case. Without any member it
/// returns the system-assigned identity. Returns nullopt if there is none.
std::optional<EmulatedIdentity> FindIdentity(const std::vector<EmulatedIdentity>& identities,
                                             const Selector& selector);

}  // namespace msiv2::emulator
