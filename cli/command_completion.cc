// msiv2 completion: prints shell completions, generated from the parser's own tree.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

constexpr char kCompletionExamples[] =
    "Examples:\n"
    "  source <(msiv2 completion bash)\n"
    "  msiv2 completion zsh > \"${fpath[1]}/_msiv2\"\n"
    "  msiv2 completion fish > ~/.config/fish/completions/msiv2.fish";

}  // namespace

void AddCompletionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "completion", "Print a completion script for a shell");
  if (command == nullptr) return;
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  command->footer(kCompletionExamples);
  command->callback([shell, &invocation] {
    invocation.action = [shell, &invocation] {
      const CommandInfo program = DescribeProgram(invocation.console);
      std::ostream& out = invocation.console.out;
      if (*shell == "bash") {
        PrintBash(out, program);
      } else if (*shell == "zsh") {
        PrintZsh(out, program);
      } else {
        PrintFish(out, program);
      }
      return kOk;
    };
  });
}

}  // namespace msiv2::cli
