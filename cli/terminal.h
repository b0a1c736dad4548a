// What differs between systems about standard output: one file for each.
#pragma once

namespace msiv2::cli {

/// PrepareStandardOutput makes standard output and input carry bytes unchanged (Windows would translate
/// line ends).
void PrepareStandardOutput();

/// StandardOutputIsTerminal tells whether people would see what is printed.
bool StandardOutputIsTerminal();

}  // namespace msiv2::cli
