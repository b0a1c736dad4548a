// One emulator for all benchmarks of a program.
#pragma once

#include "emulator/emulator.h"

namespace msiv2::bench {

/// SharedEmulator returns the emulator. It starts on the first call and ends with the program.
inline emulator::Emulator& SharedEmulator() {
  static const auto shared = emulator::Emulator::Start().value();
  return *shared;
}

}  // namespace msiv2::bench
