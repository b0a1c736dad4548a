// The command line described as plain data. It is read from the parser, so that the two cannot differ.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace msiv2::cli {

/// OptionInfo is one option of a command.
struct OptionInfo {
  std::vector<std::string> names;  ///< with dashes, long forms first
  std::string description;
  bool takes_value = false;
  bool takes_file = false;           ///< the value is a file name
  bool takes_folder = false;         ///< the value is the name of a folder
  bool is_list = false;              ///< the value may be several, with commas
  std::vector<std::string> choices;  ///< every accepted value; empty: any value
};

/// CommandInfo is one command, or the program itself.
struct CommandInfo {
  std::string name;
  std::string description;
  std::vector<OptionInfo> options;
  std::vector<std::string> argument_choices;  ///< every accepted value of its argument; empty: any value
  std::vector<CommandInfo> commands;
};

/// DescribeCommand returns the command with all its subcommands.
CommandInfo DescribeCommand(const CLI::App& app);

/// CommandNames returns the names of the subcommands.
std::vector<std::string> CommandNames(const CommandInfo& command);
/// OptionNames returns the names of all options, with dashes.
std::vector<std::string> OptionNames(const CommandInfo& command);

}  // namespace msiv2::cli
