// Memory that is given back while a JWT stands in it. A scan afterwards would miss what has been used again
// since.
#pragma once

#include <cstddef>

namespace msiv2 {

/// JwtsGivenBack counts blocks of memory, whosever they were, that were freed with a JWT in them. A program
/// that links given_back.cc has a `free` of its own, for all its libraries, that counts such a block and then
/// wipes it: what FindJwts finds was never given back. To see the place, break at NoteJwtGivenBack in a
/// debugger.
struct JwtsGivenBack {
  std::size_t blocks = 0;
  /// Not counted above: whole requests, with the line `Host:`. They are buffers of libcurl's, which only
  /// libcurl could wipe.
  std::size_t requests_of_libcurl = 0;
};

/// CountJwtsGivenBack returns the counts so far.
JwtsGivenBack CountJwtsGivenBack() noexcept;

}  // namespace msiv2
