// Runs the command in a test, with its own streams.
#pragma once

#include <cctype>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.h"

namespace msiv2::cli {

/// Captured is the result of a run of the command.
struct Captured {
  int code = 0;
  std::string out;
  std::string err;
};

/// EmptyEnvironment has no variables, so that those of the machine never affect a test.
inline std::optional<std::string> EmptyEnvironment(const char*) { return std::nullopt; }

/// RunCaptured runs `args`. The Console can report that its output is a terminal, or be cancelled.
inline Captured RunCaptured(const std::vector<std::string>& args, const std::string& input = {},
                            bool out_is_terminal = false, CancellationToken cancellation = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const Console console{in, out, err, out_is_terminal, EmptyEnvironment, std::move(cancellation)};
  const int code = Run(args, console);
  return {code, out.str(), err.str()};
}

/// CaseName returns a command line as the name of a test case, in characters that every tool accepts.
inline std::string CaseName(const std::vector<std::string>& args) {
  std::string name;
  for (const std::string& arg : args) {
    name += '_';
    for (const char c : arg) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

}  // namespace msiv2::cli
