// The commands of msiv2: each adds itself to the command line and stores its action.
#pragma once

#include <functional>
#include <string>

#include "cli/run.h"

namespace CLI {
class App;
}

namespace msiv2::cli {

/// Invocation is one run of the program: the values of the global flags, and the action of the command that
/// was named. It outlives the parser and the action.
struct Invocation {
  const Console& console;
  std::string emulator;         ///< --emulator: empty, `built-in`, or the control URL of a running one
  std::function<int()> action;  ///< set by the command that was named; returns the exit code
};

void AddTokenCommand(CLI::App& app, Invocation& invocation);
void AddCallCommand(CLI::App& app, Invocation& invocation);
void AddCsrCommand(CLI::App& app, Invocation& invocation);
void AddEmulatorCommand(CLI::App& app, Invocation& invocation);
void AddCapabilitiesCommand(CLI::App& app, Invocation& invocation);
void AddDoctorCommand(CLI::App& app, Invocation& invocation);
void AddSourcesCommand(CLI::App& app, Invocation& invocation);
void AddSelfTestCommand(CLI::App& app, Invocation& invocation);
void AddErrorsCommand(CLI::App& app, Invocation& invocation);
void AddDemoCommand(CLI::App& app, Invocation& invocation);
void AddCompletionCommand(CLI::App& app, Invocation& invocation);
void AddVersionCommand(CLI::App& app, Invocation& invocation);
/// AddHelpCommand comes after all others: its argument is the name of one of them.
void AddHelpCommand(CLI::App& app, Invocation& invocation);

}  // namespace msiv2::cli
