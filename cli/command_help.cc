// msiv2 help: --help as a command.
#include <CLI/App.hpp>
#include <memory>

#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/run.h"

namespace msiv2::cli {
namespace {

constexpr char kHelpExamples[] =
    "Examples:\n"
    "  msiv2 help\n"
    "  msiv2 help token        the same as: msiv2 token --help";

// Returns the type name in the form of an IsMember check, which completions read. Run refuses other words
// itself, with the command that is meant.
std::string CommandType(const CLI::App& app) {
  std::string names;
  for (const std::string& name : CommandNames(DescribeCommand(app))) {
    names += (names.empty() ? "" : ",") + name;
  }
  return "COMMAND:{" + names + "}";
}

}  // namespace

void AddHelpCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("help", "Print the help of the program or of a command");
  const auto about = std::make_shared<std::string>();
  command->add_option("command", *about, "The command; default: the program")->type_name(CommandType(app));
  command->footer(kHelpExamples);
  command->callback([about, &invocation] {
    invocation.action = [about, &invocation] {
      std::vector<std::string> args = {"--help"};
      if (!about->empty()) args.insert(args.begin(), *about);
      return Run(args, invocation.console);
    };
  });
}

}  // namespace msiv2::cli
