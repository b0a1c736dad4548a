// The emulated host of the soak program.
#pragma once

#include <vector>

#include "bench/soak/options.h"
#include "emulator/emulator.h"

namespace msiv2::soak {

/// Identities returns `count` identities, the first of which is the host's own. A count gives the same ones
/// in every process.
std::vector<emulator::EmulatedIdentity> Identities(int count);

/// HostOf returns the options of the emulator that a run with these options needs.
emulator::EmulatorOptions HostOf(const SoakOptions& options);

}  // namespace msiv2::soak
