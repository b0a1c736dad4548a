// The commands of msiv2: each adds itself to the command line and stores its action.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command_tree.h"
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
  const std::vector<std::string>* words = nullptr;  ///< the command line; nullptr: it may be any
};

/// AddCommand adds the command `name` and returns it for its flags. Returns nullptr if no word of the command
/// line is `name`. Such a command cannot run, and the flags of all commands take longer than a token.
CLI::App* AddCommand(CLI::App& app, const Invocation& invocation, const std::string& name,
                     const std::string& description);

/// DescribeProgram returns the program with all its commands and all their flags.
CommandInfo DescribeProgram(const Console& console);

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
