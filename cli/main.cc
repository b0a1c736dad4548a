// The msiv2 command: runs cli::Run.
#include <iostream>
#include <string>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/library_search.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "cli/terminal.h"

int main(int argc, char** argv) {
  using namespace msiv2;
  cli::RestrictLibrarySearch();
  cli::PrepareStandardOutput();
  const CancellationSource source;
  const cli::SignalWatcher watcher(source);
  const cli::Console console{.in = std::cin,
                             .out = std::cout,
                             .err = std::cerr,
                             .out_is_terminal = cli::StandardOutputIsTerminal(),
                             .cancellation = source.token(),
                             .err_is_terminal = cli::StandardErrorIsTerminal()};

  const int code = cli::Run(std::vector<std::string>(argv + 1, argv + argc), console);
  if (!std::cout.flush()) {
    std::cerr << "msiv2: the output could not be written\n";
    return code == cli::kOk ? cli::kOther : code;
  }
  return code;
}
