#include "cli/completion.h"

#include <ostream>

namespace msiv2::cli {
namespace {

std::vector<std::string> CommandNames(const CommandInfo& program) {
  std::vector<std::string> names;
  for (const CommandInfo& command : program.commands) names.push_back(command.name);
  return names;
}

std::vector<std::string> Words(const CommandInfo& command) {
  std::vector<std::string> words = CommandNames(command);
  words.insert(words.end(), command.argument_choices.begin(), command.argument_choices.end());
  for (const OptionInfo& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return words;
}

// The values that follow an option: `COMMAND,OPTION)` lines of a bash case.
void PrintBashValues(std::ostream& out, const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    if (!option.takes_value) continue;
    for (const std::string& name : option.names) {
      out << "    " << command.name << "," << name << ") ";
      if (option.takes_file) {
        out << "COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n";
      } else if (option.choices.empty()) {
        out << "COMPREPLY=(); return ;;\n";
      } else {
        out << "words=" << Quoted(Join(option.choices)) << " ;;\n";
      }
    }
  }
}

}  // namespace

void PrintBash(std::ostream& out, const CommandInfo& program) {
  out << "# bash completion for msiv2; load it with: source <(msiv2 completion bash)\n"
         "_msiv2() {\n"
         "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local command="
      << program.name
      << " word words=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$word\" in\n"
         "      ";
  std::string pattern;
  for (const std::string& name : CommandNames(program)) pattern += (pattern.empty() ? "" : "|") + name;
  out << pattern
      << ") command=\"$word\"; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$command,$prev\" in\n";
  PrintBashValues(out, program);
  for (const CommandInfo& command : program.commands) PrintBashValues(out, command);
  out << "  esac\n"
         "  if [ -z \"$words\" ]; then\n"
         "    case \"$command\" in\n";
  out << "      " << program.name << ") words=" << Quoted(Join(Words(program))) << " ;;\n";
  for (const CommandInfo& command : program.commands) {
    out << "      " << command.name << ") words=" << Quoted(Join(Words(command))) << " ;;\n";
  }
  out << "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "}\n"
         "complete -F _msiv2 msiv2\n";
}

}  // namespace msiv2::cli
