// The files that flags name: one file of code for each system.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace msiv2::cli {

/// kMostFileBytes is how long a file that is read may be: 256 MiB.
inline constexpr std::size_t kMostFileBytes = std::size_t{256} * 1024 * 1024;

/// FileText is what ReadInputFile brings: the bytes, or why there are none.
struct FileText {
  std::optional<std::string> text;
  std::string cause;  ///< a few words; empty with a text
};

/// ReadInputFile reads the regular file that `path` names, or that a link there leads to. A pipe or a device
/// is refused, because it might never end; `-` for stdin is the caller's to know. No child process inherits
/// the file.
FileText ReadInputFile(const std::string& path);

/// WriteOutputFile makes or replaces what the file at `path` holds. It follows no link at `path` itself and
/// writes to no pipe, which another user may have put there; a device such as /dev/null is accepted. Returns
/// why it failed, in a few words; empty when all is written.
std::string WriteOutputFile(const std::string& path, std::string_view text);

}  // namespace msiv2::cli
