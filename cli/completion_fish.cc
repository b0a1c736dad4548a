#include "cli/completion.h"

#include <ostream>

namespace msiv2::cli {
namespace {

// fish's own function offers the values that may follow those before the last comma.
std::string FishChoices(const OptionInfo& option) {
  const std::string words = Join(option.choices);
  return option.is_list ? "(__fish_append , " + words + ")" : words;
}

void PrintFishOptions(std::ostream& out, const std::string& condition, const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    out << "complete -c msiv2 -n " << Quoted(condition);
    for (const std::string& name : option.names) {
      const bool is_long = name.compare(0, 2, "--") == 0;
      out << (is_long ? " -l " : " -s ") << name.substr(is_long ? 2 : 1);
    }
    if (option.takes_value) out << (option.takes_file ? " -r -F" : " -x");
    if (option.takes_folder) out << " -a '(__fish_complete_directories)'";
    if (!option.choices.empty()) out << " -a " << Quoted(FishChoices(option));
    out << " -d " << Quoted(option.description) << "\n";
  }
}

}  // namespace

void PrintFish(std::ostream& out, const CommandInfo& program) {
  out << "# fish completion for msiv2\n"
         "complete -c msiv2 -f\n";
  PrintFishOptions(out, "__fish_use_subcommand", program);
  for (const CommandInfo& command : program.commands) {
    out << "complete -c msiv2 -n __fish_use_subcommand -a " << command.name << " -d "
        << Quoted(command.description) << "\n";
    const std::string seen = "__fish_seen_subcommand_from " + command.name;
    PrintFishOptions(out, seen, command);
    if (command.argument_choices.empty()) continue;
    out << "complete -c msiv2 -n " << Quoted(seen) << " -a " << Quoted(Join(command.argument_choices))
        << "\n";
  }
}

}  // namespace msiv2::cli
