#include <unistd.h>

#include "cli/terminal.h"

namespace msiv2::cli {

void PrepareStandardOutput() {}

bool StandardOutputIsTerminal() { return isatty(STDOUT_FILENO) == 1; }

bool StandardErrorIsTerminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace msiv2::cli
