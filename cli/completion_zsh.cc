#include "cli/completion.h"

#include <ostream>

namespace msiv2::cli {
namespace {

// In a zsh spec, brackets and colons separate the parts.
std::string ZshText(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// What completes the value of an option. An action that begins with a blank is called as it stands.
std::string ZshAction(const OptionInfo& option) {
  if (option.takes_file) return "_files";
  if (option.takes_folder) return "_files -/";
  if (option.choices.empty()) return "";
  if (option.is_list) return " _values -s , value " + Join(option.choices);
  return "(" + Join(option.choices) + ")";
}

// `=` after a long name lets the value follow it in the same word, too.
std::string ZshSpec(const OptionInfo& option, const std::string& name) {
  const bool joins = option.takes_value && name.compare(0, 2, "--") == 0;
  const std::string spec = name + (joins ? "=" : "") + "[" + ZshText(option.description) + "]";
  return option.takes_value ? spec + ":value:" + ZshAction(option) : spec;
}

void PrintZshArguments(std::ostream& out, const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    for (const std::string& name : option.names) out << " \\\n        " << Quoted(ZshSpec(option, name));
  }
}

}  // namespace

void PrintZsh(std::ostream& out, const CommandInfo& program) {
  out << "#compdef msiv2\n"
         "# zsh completion for msiv2; put it into a file _msiv2 on your fpath\n"
         "_msiv2() {\n"
         "  local context state line\n"
         "  local -a commands\n"
         "  commands=(\n";
  for (const CommandInfo& command : program.commands) {
    out << "    " << Quoted(command.name + ":" + ZshText(command.description)) << "\n";
  }
  out << "  )\n"
         "  _arguments -C";
  PrintZshArguments(out, program);
  out << " \\\n        '1:command:->command' '*::argument:->argument'\n"
         "  if [[ $state == command ]]; then _describe command commands; return; fi\n"
         "  case ${line[1]} in\n";
  for (const CommandInfo& command : program.commands) {
    out << "    " << command.name << ") _arguments";
    PrintZshArguments(out, command);
    if (!command.argument_choices.empty()) {
      out << " \\\n        " << Quoted("1:argument:(" + Join(command.argument_choices) + ")");
    }
    out << " ;;\n";
  }
  out << "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _msiv2 ]; then _msiv2 \"$@\"; else compdef _msiv2 msiv2; fi\n";
}

}  // namespace msiv2::cli
