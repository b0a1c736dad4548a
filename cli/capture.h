// Runs the command in a test, with its own streams.
#pragma once

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

}  // namespace msiv2::cli
