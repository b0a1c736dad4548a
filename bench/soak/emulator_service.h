// The emulator's side of the soak program: a process of its own that is told what to do.
#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "emulator/emulator.h"

namespace msiv2::soak {

/// kServeEmulator is the argument with which the soak program starts itself as the process of the emulator.
inline constexpr char kServeEmulator[] = "serve-emulator";

/// EmulatorService does what EmulatorProcess asks for. A request is a line of JSON, `{"NAME": VALUE}`:
/// - `start`, an object with the lives and the number of identities, answers `{"control": URL}`;
/// - `add-fault` (a rule), `clear-faults`, `revoke` and `clock-offset` (seconds) answer `{}`;
/// - `take-log` answers `{"log": [[SERVER, PATH], ...]}` with the requests since the last one.
/// Whatever cannot be done answers `{"error": WHY}`. Threads: for use by one thread.
class EmulatorService {
 public:
  std::string Answer(const std::string& line);

 private:
  std::unique_ptr<emulator::Emulator> emulator_;
};

/// ServeEmulator answers each line of `in` on `out`, and returns when `in` ends: the soak program has closed
/// it, or has ended in any way. So no emulator is left behind.
void ServeEmulator(std::istream& in, std::ostream& out);

}  // namespace msiv2::soak
