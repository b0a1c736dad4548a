// The standard streams, where systems differ: one source file for each.
#pragma once

namespace msiv2::cli {

/// PrepareStandardOutput makes standard output and input carry bytes unchanged (Windows would translate
/// line ends).
void PrepareStandardOutput();

/// StandardOutputIsTerminal and StandardErrorIsTerminal return true if that stream is a terminal.
bool StandardOutputIsTerminal();
bool StandardErrorIsTerminal();

}  // namespace msiv2::cli
