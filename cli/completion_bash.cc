#include "cli/completion.h"

#include <ostream>

namespace msiv2::cli {
namespace {

void Add(const std::vector<std::string>& more, std::vector<std::string>& words) {
  words.insert(words.end(), more.begin(), more.end());
}

std::vector<std::string> Words(const CommandInfo& command) {
  std::vector<std::string> words = CommandNames(command);
  Add(command.argument_choices, words);
  Add(OptionNames(command), words);
  return words;
}

// Returns what completes the value of an option. Readline itself completes files: it quotes blanks and enters
// folders.
std::string BashValues(const OptionInfo& option) {
  if (option.takes_file) return "compopt -o default; return";
  if (option.takes_folder) return "compopt -o dirnames; return";
  if (option.choices.empty()) return "return";
  const std::string words = "words=" + Quoted(Join(option.choices));
  return option.is_list ? words + " list=1" : words;
}

// The values that follow an option: `COMMAND,OPTION)` lines of a bash case.
void PrintBashValues(std::ostream& out, const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    if (!option.takes_value) continue;
    for (const std::string& name : option.names) {
      out << "    " << command.name << "," << name << ") " << BashValues(option) << " ;;\n";
    }
  }
}

// bash splits `--output=json` into three words.
constexpr char kCurrentWord[] =
    "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
    "  if [ \"$cur\" = = ]; then\n"
    "    cur=\n"
    "  elif [ \"$prev\" = = ]; then\n"
    "    prev=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
    "  fi\n"
    "  COMPREPLY=()\n";

constexpr char kReply[] =
    "  local done=\n"
    "  if [ -n \"$list\" ] && [[ $cur == *,* ]]; then\n"
    "    done=\"${cur%,*},\"\n"
    "  fi\n"
    "  COMPREPLY=($(compgen -P \"$done\" -W \"$words\" -- \"${cur#\"$done\"}\"))\n";

void PrintBashWords(std::ostream& out, const CommandInfo& program) {
  out << "  if [ -z \"$words\" ]; then\n"
         "    case \"$command\" in\n"
         "      "
      << program.name << ") words=" << Quoted(Join(Words(program))) << " ;;\n";
  for (const CommandInfo& command : program.commands) {
    std::vector<std::string> words = Words(command);
    Add(OptionNames(program), words);  // these may follow the command as well
    out << "      " << command.name << ") words=" << Quoted(Join(words)) << " ;;\n";
  }
  out << "    esac\n"
         "  fi\n";
}

}  // namespace

void PrintBash(std::ostream& out, const CommandInfo& program) {
  out << "# bash completion for msiv2; load it with: source <(msiv2 completion bash)\n"
         "_msiv2() {\n"
      << kCurrentWord << "  local command=" << program.name
      << " word words= list=\n"
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
  out << "  esac\n";
  PrintBashWords(out, program);
  out << kReply
      << "}\n"
         "complete -F _msiv2 msiv2\n";
}

}  // namespace msiv2::cli
