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

std::string ZshSpec(const OptionInfo& option, const std::string& name) {
  std::string spec = name + "[" + ZshText(option.description) + "]";
  if (!option.takes_value) return spec;
  spec += ":value:";
  if (option.takes_file) return spec + "_files";
  if (option.choices.empty()) return spec;
  return spec + "(" + Join(option.choices) + ")";
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
