// msiv2 help: --help as a command.
#include <CLI/App.hpp>
#include <memory>

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
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names += (names.empty() ? "" : ",") + command->get_name();
  }
  return "COMMAND:{" + names + "}";
}

}  // namespace

void AddHelpCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "help", "Print the help of the program or of a command");
  if (command == nullptr) return;
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
