// Completion scripts: one printer per shell, all from the same description of the command line.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace msiv2::cli {

/// PrintBash, PrintZsh and PrintFish print the script that completes `program` in that shell.
void PrintBash(std::ostream& out, const CommandInfo& program);
void PrintZsh(std::ostream& out, const CommandInfo& program);
void PrintFish(std::ostream& out, const CommandInfo& program);

/// Join returns the parts with a space between them.
std::string Join(const std::vector<std::string>& parts);
/// Quoted returns `text` in single quotes, as all three shells read it.
std::string Quoted(const std::string& text);

}  // namespace msiv2::cli
