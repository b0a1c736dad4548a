#include "cli/session.h"

#include <algorithm>
#include <array>
#include <cstdlib>
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

constexpr std::array<const char*, 6> kProxyVariables = {"https_proxy", "HTTPS_PROXY", "http_proxy",
                                                        "HTTP_PROXY",  "all_proxy",   "ALL_PROXY"};

EnvironmentReader OrProcess(EnvironmentReader environment) {
  if (environment) return environment;
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

}  // namespace

EnvironmentReader WithoutProxies(EnvironmentReader environment, const EmulatorSession& session) {
  if (!session.endpoints) return environment;
  EnvironmentReader read = OrProcess(environment);
  const bool any = std::any_of(kProxyVariables.begin(), kProxyVariables.end(),
                               [&](const char* name) { return read(name).has_value(); });
  if (!any) return environment;
  return [read = std::move(read)](const char* name) -> std::optional<std::string> {
    const bool proxy = std::find(kProxyVariables.begin(), kProxyVariables.end(), std::string_view(name)) !=
                       kProxyVariables.end();
    return proxy ? std::nullopt : read(name);
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
