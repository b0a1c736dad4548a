// The library's names of options, as the flags of the command.
#pragma once

#include <string>

namespace msiv2::cli {

/// InFlags returns `text` with the flag in the place of each option that the library names, for example
/// `--mtls-pop` for `mtls_proof_of_possession`. It leaves out advice about options that have no flag.
std::string InFlags(std::string text);

}  // namespace msiv2::cli
