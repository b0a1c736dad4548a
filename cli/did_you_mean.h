// What to say about a word of the command line that nothing takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_tree.h"

namespace msiv2::cli {

/// Closest returns the candidate that `word` is most likely a misspelling of. It counts letters that are left
/// out, added, replaced or swapped, and takes the first candidate with the fewest. One mistake is allowed for
/// each three letters of `word`. A word that a candidate begins with has one mistake. Returns nullopt if no
/// candidate is close.
std::optional<std::string> Closest(std::string_view word, const std::vector<std::string>& candidates);

/// AboutLeftover returns the message about `leftover`, the words that the parser could not place. `command`
/// is the command that was named, or empty. The message names one word, without the value of a flag, and a
/// word that fits better. `leftover` is not empty.
std::string AboutLeftover(const std::vector<std::string>& leftover, const CommandInfo& program,
                          const std::string& command);

}  // namespace msiv2::cli
