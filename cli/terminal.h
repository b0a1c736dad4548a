// Standard output, where systems differ: one source file for each.
#pragma once

namespace msiv2::cli {

/// PrepareStandardOutput makes standard output and input carry bytes unchanged (Windows would translate
/// line ends).
void PrepareStandardOutput();

/// StandardOutputIsTerminal returns true if standard output is a terminal.
bool StandardOutputIsTerminal();

}  // namespace msiv2::cli
