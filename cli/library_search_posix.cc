#include "cli/library_search.h"

namespace msiv2::cli {

void RestrictLibrarySearch() {}

}  // namespace msiv2::cli
