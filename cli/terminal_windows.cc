#include <fcntl.h>
#include <io.h>
#include <stdio.h>

#include "cli/terminal.h"

namespace msiv2::cli {

void PrepareStandardOutput() {
  _setmode(_fileno(stdout), _O_BINARY);
  _setmode(_fileno(stdin), _O_BINARY);
}

bool StandardOutputIsTerminal() { return _isatty(_fileno(stdout)) != 0; }

bool StandardErrorIsTerminal() { return _isatty(_fileno(stderr)) != 0; }

}  // namespace msiv2::cli
