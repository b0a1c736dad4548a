// The emulator that --emulator asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emulator/emulator.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::cli {

/// kBuiltInEmulator is the value that a bare `--emulator` has.
inline constexpr char kBuiltInEmulator[] = "built-in";

/// EmulatorSession is the emulator that a command runs against. A built-in emulator ends with the session.
struct EmulatorSession {
  std::unique_ptr<emulator::Emulator> built_in;  ///< null if none was started here
  std::optional<emulator::Endpoints> endpoints;  ///< empty: no emulator, the real services
};

/// OpenEmulator starts the emulator that the flag's value names, or attaches to it. A built-in one also plays
/// `source`, a word of source_names.h, unless it is empty. Returns a session without an emulator for an empty
/// flag. Errors: those of Emulator::Start and Attach, and `invalid_request` if a running emulator does not
/// play `source`.
Result<EmulatorSession> OpenEmulator(const std::string& flag, const std::string& source = {});

/// WithoutProxies returns `environment` (empty: the process's own variables). With an emulator, it leaves out
/// the variables of proxies. A proxy that this host needs for the network does not reach loopback.
EnvironmentReader WithoutProxies(EnvironmentReader environment, const EmulatorSession& session);

}  // namespace msiv2::cli
