// What is wrong with a command line, in words of this command.
#pragma once

#include <string>

#include "cli/run.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace msiv2::cli {

/// NamedCommand returns the name of the command that the command line names, or "" if it names none.
std::string NamedCommand(const CLI::App& app);

/// AboutRefused returns the message for a command line that the parser refused with `error`.
std::string AboutRefused(const CLI::App& app, const CLI::ParseError& error, const Console& console);

/// AboutAccepted returns what is wrong with a command line that the parser accepted. It is empty if nothing
/// is.
std::string AboutAccepted(const CLI::App& app);

}  // namespace msiv2::cli
