// The emulator that --emulator asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emulator/emulator.h"
#include "msiv2/result.h"

namespace msiv2::cli {

/// kBuiltInEmulator is the value that a bare `--emulator` has.
inline constexpr char kBuiltInEmulator[] = "built-in";

/// EmulatorSession is the emulator that a command runs against. A built-in one ends with it.
struct EmulatorSession {
  std::unique_ptr<emulator::Emulator> built_in;  ///< null where none was started here
  std::optional<emulator::Endpoints> endpoints;  ///< empty: no emulator, the real thing
};

/// OpenEmulator starts or attaches to what the flag's value says; nothing for an empty one.
/// Errors: those of Emulator::Start and Attach.
Result<EmulatorSession> OpenEmulator(const std::string& flag);

}  // namespace msiv2::cli
