// The command line described as plain data, read from the parser itself so that nothing can drift.
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
  std::vector<std::string> choices;  ///< every value it accepts; empty: anything
};

/// CommandInfo is one command, or the program itself.
struct CommandInfo {
  std::string name;
  std::string description;
  std::vector<OptionInfo> options;
  std::vector<std::string> argument_choices;  ///< every value of its positional argument; empty: anything
  std::vector<CommandInfo> commands;
};

/// DescribeCommand returns the command with everything below it.
CommandInfo DescribeCommand(const CLI::App& app);

}  // namespace msiv2::cli
