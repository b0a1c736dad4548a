// Detects memory that is freed while it contains a JWT. A later scan would miss memory that has been reused
// since.
#pragma once

#include <cstddef>

namespace msiv2 {

/// JwtsGivenBack counts the freed blocks of memory, of any owner, that contained a JWT. A program that links
/// given_back.cc has its own `free`, for all its libraries, that counts such a block and then wipes it. So
/// what FindJwts finds was never freed. To see where, break at NoteJwtGivenBack in a debugger.
struct JwtsGivenBack {
  std::size_t blocks = 0;
  /// Whole requests, with the line `Host:`, which are not counted above. They are libcurl's buffers, which
  /// only libcurl could wipe.
  std::size_t requests_of_libcurl = 0;
};

/// CountJwtsGivenBack returns the counts so far.
JwtsGivenBack CountJwtsGivenBack() noexcept;

}  // namespace msiv2
