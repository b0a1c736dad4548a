// msiv2 completion: shell completions, made from the parser's own tree.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>
#include <ostream>

#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  source <(msiv2 completion bash)\n"
    "  msiv2 completion zsh > \"${fpath[1]}/_msiv2\"\n"
    "  msiv2 completion fish > ~/.config/fish/completions/msiv2.fish";

std::string Join(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += ' ';
    joined += part;
  }
  return joined;
}

// Text inside single quotes of any of the three shells.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

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

void PrintFishOptions(std::ostream& out, const std::string& condition, const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    out << "complete -c msiv2 -n " << Quoted(condition);
    for (const std::string& name : option.names) {
      const bool is_long = name.compare(0, 2, "--") == 0;
      out << (is_long ? " -l " : " -s ") << name.substr(is_long ? 2 : 1);
    }
    if (option.takes_value) out << (option.takes_file ? " -r -F" : " -x");
    if (!option.choices.empty()) out << " -a " << Quoted(Join(option.choices));
    out << " -d " << Quoted(option.description) << "\n";
  }
}

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

}  // namespace

void AddCompletionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  command->footer(kExamples);
  command->callback([shell, &app, &invocation] {
    invocation.action = [shell, &app, &invocation] {
      const CommandInfo program = DescribeCommand(app);
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
