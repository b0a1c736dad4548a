#include "cli/did_you_mean.h"

#include <algorithm>
#include <numeric>

namespace msiv2::cli {
namespace {

constexpr std::size_t kLettersForOneMistake = 3;
constexpr std::size_t kShortestStart = 3;

// Counts the letters left out, added, replaced or swapped with their neighbour (optimal string alignment).
std::size_t Mistakes(std::string_view typed, std::string_view meant) {
  std::vector<std::size_t> before(meant.size() + 1);  // two rows up
  std::vector<std::size_t> above(meant.size() + 1);   // one row up
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= typed.size(); ++i) {
    std::vector<std::size_t> row(meant.size() + 1, i);
    for (std::size_t j = 1; j <= meant.size(); ++j) {
      const bool same = typed[i - 1] == meant[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::move(above);
    above = std::move(row);
  }
  return above.back();
}

std::size_t Letters(std::string_view word) {
  const std::size_t dashes = std::min(word.find_first_not_of('-'), word.size());
  return word.size() - dashes;
}

bool IsFlag(const std::string& word) { return word.size() > 1 && word.front() == '-' && word != "--"; }

bool HasFlag(const CommandInfo& command, const std::string& flag) {
  const auto names = OptionNames(command);
  return std::find(names.begin(), names.end(), flag) != names.end();
}

std::string CommandsWith(const std::string& flag, const CommandInfo& program) {
  std::string names;
  for (const CommandInfo& command : program.commands) {
    if (HasFlag(command, flag)) names += (names.empty() ? "" : ", ") + command.name;
  }
  return names;
}

std::string DidYouMean(const std::optional<std::string>& candidate) {
  return candidate ? "; did you mean " + *candidate + "?" : "";
}

// What follows `=` is a value, and so is what follows the letter of a short flag: it may be a secret.
std::string AboutFlag(const std::string& word, const CommandInfo& program, const std::string& name) {
  const std::string flag = word.substr(0, word.find('='));
  const auto command = std::find_if(program.commands.begin(), program.commands.end(),
                                    [&](const CommandInfo& each) { return each.name == name; });
  std::vector<std::string> candidates = OptionNames(program);
  if (command != program.commands.end()) {
    if (HasFlag(*command, flag)) return flag + " comes after the command: msiv2 " + name + " " + flag;
    const auto own = OptionNames(*command);
    candidates.insert(candidates.begin(), own.begin(), own.end());
  }
  if (const std::string others = CommandsWith(flag, program); !others.empty()) {
    return flag + " is unknown to msiv2" + (name.empty() ? "" : " " + name) + "; it is a flag of " + others;
  }
  const auto closest = Closest(flag, candidates);
  const bool is_short = flag[1] != '-';
  return (is_short && !closest ? flag.substr(0, 2) : flag) + " is unknown" + DidYouMean(closest);
}

}  // namespace

std::optional<std::string> Closest(std::string_view word, const std::vector<std::string>& candidates) {
  std::optional<std::string> closest;
  std::size_t fewest = std::max<std::size_t>(Letters(word) / kLettersForOneMistake, 1) + 1;
  for (const std::string& candidate : candidates) {
    const bool is_start = Letters(word) >= kShortestStart && candidate.rfind(word, 0) == 0;
    const std::size_t mistakes = is_start ? 1 : Mistakes(word, candidate);
    // A word of one or two letters is always one letter away from others.
    if (mistakes >= fewest || mistakes >= Letters(candidate)) continue;
    fewest = mistakes;
    closest = candidate;
  }
  return closest;
}

std::string AboutLeftover(const std::vector<std::string>& leftover, const CommandInfo& program,
                          const std::string& command) {
  const bool has_command = !command.empty();
  if (!has_command && !IsFlag(leftover.front())) {
    return "there is no command " + leftover.front() +
           DidYouMean(Closest(leftover.front(), CommandNames(program)));
  }
  const auto flag = std::find_if(leftover.begin(), leftover.end(), IsFlag);
  if (flag != leftover.end()) return AboutFlag(*flag, program, command);
  return leftover.front() + " is not expected here";
}

}  // namespace msiv2::cli
