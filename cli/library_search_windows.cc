#include <windows.h>

#include <cstdlib>

#include "cli/library_search.h"

namespace msiv2::cli {

void RestrictLibrarySearch() {
  // It succeeds on every Windows that this program runs on. Without it nothing after this call is safe.
  if (::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32) == 0) std::abort();
}

}  // namespace msiv2::cli
