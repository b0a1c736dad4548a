#include "cli/usage_errors.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <cctype>
#include <functional>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/did_you_mean.h"

namespace msiv2::cli {
namespace {

bool LooksLikeAFlag(const std::string& value) {
  const bool dash = value.size() > 1 && value.front() == '-';
  return dash && (value[1] == '-' || std::isalpha(static_cast<unsigned char>(value[1])) != 0);
}

bool TakesAValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// Returns what is wrong if a flag was taken for the value of the flag before it; empty if none was. Otherwise
// `--resource --mtls-pop` would be a request for a bearer token. A body may be any text.
std::string AboutMissingValue(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_positional() || option->check_lname("data") || !TakesAValue(*option)) continue;
      const auto& values = option->results();
      const auto flag = std::find_if(values.begin(), values.end(), LooksLikeAFlag);
      if (flag != values.end()) return option->get_name() + " has no value: " + *flag + " looks like a flag";
    }
  }
  return {};
}

// Returns what is wrong if a flag says two things, as `--mtls-pop=true --mtls-pop=false` does; empty if none
// does. The parser would take the last one. A flag may repeat what it says.
std::string AboutContradiction(const CLI::App& app) {
  std::vector<const CLI::App*> levels = {&app};
  for (const CLI::App* command : app.get_subcommands()) levels.push_back(command);
  for (const CLI::App* level : levels) {
    for (const CLI::Option* option : level->get_options()) {
      if (TakesAValue(*option)) continue;
      const auto& values = option->results();
      const bool differ =
          std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
      if (differ) return option->get_name() + " is given more than once, with different values";
    }
  }
  return {};
}

// Returns `text` with `then` in place of `end` and all that follows it; empty if `end` is not there.
std::string Replaced(const std::string& text, std::string_view end, std::string_view then) {
  const std::size_t at = text.find(end);
  return at == std::string::npos ? std::string() : text.substr(0, at).append(then);
}

// The parser's own words, where a better text is known in place of them.
std::string InOurWords(const CLI::ParseError& error) {
  std::string said = error.what();
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) return said + ": give one of the two";
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return said;
  std::string twice = Replaced(said, ": At Most 1 required but received ", " is given more than once");
  if (!twice.empty()) return twice;
  std::string missing = Replaced(said, ": 1 required ", " has no value");
  return missing.empty() ? said : missing;
}

}  // namespace

std::string NamedCommand(const CLI::App& app) {
  const auto named = app.get_subcommands();
  return named.empty() ? std::string() : named.front()->get_name();
}

// A flag that was taken for a value leaves its own value over, so it is reported first. A misspelt flag is
// reported before what is missing because of it.
std::string AboutRefused(const CLI::App& app, const CLI::ParseError& error, const Console& console) {
  std::string missing = AboutMissingValue(app);
  if (!missing.empty()) return missing;
  const auto leftover = app.remaining(true);
  if (!leftover.empty()) return AboutLeftover(leftover, DescribeProgram(console), NamedCommand(app));
  return InOurWords(error);
}

std::string AboutAccepted(const CLI::App& app) {
  std::string missing = AboutMissingValue(app);
  return missing.empty() ? AboutContradiction(app) : missing;
}

}  // namespace msiv2::cli
