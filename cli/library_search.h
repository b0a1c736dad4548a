// Where the system looks for the libraries of this program.
#pragma once

namespace msiv2::cli {

/// RestrictLibrarySearch makes Windows look for a library that is named without a path in System32 only. By
/// default Windows also searches the program's folder and the current one, where others may have put a file
/// of that name. Call it first in `main`. On other systems it does nothing: their loaders have no such
/// default.
void RestrictLibrarySearch();

}  // namespace msiv2::cli
