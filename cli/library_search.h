// Where the libraries of this program are looked for.
#pragma once

namespace msiv2::cli {

/// RestrictLibrarySearch makes Windows look for a library that is named without a path in System32 only. By
/// default the program's folder and the current one come too, where others may have put a file of that name.
/// Call it first thing in `main`. Elsewhere it does nothing: the loader has no such default.
void RestrictLibrarySearch();

}  // namespace msiv2::cli
