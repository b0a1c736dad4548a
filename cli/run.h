// The msiv2 command as a function, so that a test calls it with its own streams and environment.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/options.h"

namespace msiv2::cli {

/// Console is everything that a command uses of its process. The streams outlive the call of Run.
struct Console {
  std::istream& in;
  std::ostream& out;  ///< results only, so that they can be piped
  std::ostream& err;  ///< explanations, progress and errors
  bool out_is_terminal = false;
  EnvironmentReader environment = {};  ///< empty: the process's own variables
  CancellationToken cancellation = {};
  bool err_is_terminal = false;
  std::chrono::milliseconds quiet{3000};  ///< a step that takes longer is announced on a terminal
};

/// Run runs the command that `args` name (without the program's name) and returns the exit code. It never
/// throws and never ends the process.
int Run(const std::vector<std::string>& args, const Console& console);

}  // namespace msiv2::cli
