#include "cli/session.h"

#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace msiv2::cli {
namespace {

// The agent's own folder, the only one from which a client reads challenges, needs the rights to write there.
constexpr char kArc[] = "arc";

Result<EmulatorSession> AttachTo(const std::string& url, const std::string& source) {
  Result<emulator::Endpoints> attached = emulator::Attach(url);
  if (!attached) return attached.error();
  if (!source.empty() && source != "imds" && !attached->environment.contains(source)) {
    return Error(ErrorCode::kInvalidRequest,
                 "the emulator of --emulator does not play " + source + "; start it with --source " + source);
  }
  EmulatorSession session;
  session.endpoints = *std::move(attached);
  return session;
}

// Every server of the emulator has this address.
constexpr char kEmulatorHost[] = "127.0.0.1";

EnvironmentReader OrProcess(EnvironmentReader environment) {
  if (environment) return environment;
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

// Returns the value of the first of `names` that is not blank; empty if all are.
std::string FirstSet(const EnvironmentReader& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    auto value = environment(name);
    if (value && value->find_first_not_of(" \t") != std::string::npos) return *std::move(value);
  }
  return {};
}

std::string WithEmulator(const std::string& no_proxy) {
  if (no_proxy == "*") return no_proxy;
  return no_proxy.empty() ? kEmulatorHost : no_proxy + "," + kEmulatorHost;
}

}  // namespace

EnvironmentReader ProxiesBesideEmulator(EnvironmentReader environment, const EmulatorSession& session) {
  if (!session.endpoints) return environment;
  EnvironmentReader read = OrProcess(environment);
  if (FirstSet(read, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).empty()) return environment;
  return [read = std::move(read)](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) != "no_proxy") return read(name);
    return WithEmulator(FirstSet(read, {"no_proxy", "NO_PROXY"}));
  };
}

Result<EmulatorSession> OpenEmulator(const std::string& flag, const std::string& source) {
  if (flag.empty()) return EmulatorSession();
  if (flag != kBuiltInEmulator) return AttachTo(flag, source);
  if (source == kArc) {
    return Error(ErrorCode::kInvalidRequest,
                 "the built-in emulator does not play arc; start one with: msiv2 emulator --source arc "
                 "--arc-folder /var/opt/azcmagent/tokens");
  }
  emulator::EmulatorOptions options;
  if (!source.empty()) options.sources = {source};
  Result<std::unique_ptr<emulator::Emulator>> started = emulator::Emulator::Start(std::move(options));
  if (!started) return started.error();
  EmulatorSession session;
  session.built_in = std::move(*started);
  session.endpoints = session.built_in->endpoints();
  return session;
}

}  // namespace msiv2::cli
