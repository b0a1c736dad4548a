#include "cli/command_tree.h"

#include <CLI/App.hpp>

namespace msiv2::cli {
namespace {

// CLI11 puts the values of an IsMember check into the type name, as `FORMAT:{text,json}`.
std::vector<std::string> Choices(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

OptionInfo DescribeOption(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  info.description = option.get_description();
  info.takes_value = option.get_items_expected_max() > 0;
  info.takes_file = option.get_type_name() == "FILE";
  info.takes_folder = option.get_type_name() == "FOLDER";
  info.is_list = option.get_type_name().find("[,") != std::string::npos;
  info.choices = Choices(option);
  return info;
}

}  // namespace

CommandInfo DescribeCommand(const CLI::App& app) {
  CommandInfo info;
  info.name = app.get_name();
  info.description = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) {
      info.options.push_back(DescribeOption(*option));
    } else {
      info.argument_choices = Choices(*option);
    }
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    info.commands.push_back(DescribeCommand(*command));
  }
  return info;
}

std::vector<std::string> CommandNames(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const CommandInfo& each : command.commands) names.push_back(each.name);
  return names;
}

std::vector<std::string> OptionNames(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const OptionInfo& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

}  // namespace msiv2::cli
