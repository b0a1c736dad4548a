#include "cli/session.h"

namespace msiv2::cli {

Result<EmulatorSession> OpenEmulator(const std::string& flag) {
  EmulatorSession session;
  if (flag.empty()) return session;
  if (flag != kBuiltInEmulator) {
    Result<emulator::Endpoints> attached = emulator::Attach(flag);
    if (!attached) return attached.error();
    session.endpoints = *attached;
    return session;
  }
  Result<std::unique_ptr<emulator::Emulator>> started = emulator::Emulator::Start();
  if (!started) return started.error();
  session.built_in = std::move(*started);
  session.endpoints = session.built_in->endpoints();
  return session;
}

}  // namespace msiv2::cli
