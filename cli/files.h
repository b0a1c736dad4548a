// The files that flags name. One source file for each system.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace msiv2::cli {

/// kMostFileBytes is the largest file that is read: 256 MiB.
inline constexpr std::size_t kMostFileBytes = std::size_t{256} * 1024 * 1024;

/// FileText is the result of ReadInputFile: the bytes, or why there are none.
struct FileText {
  std::optional<std::string> text;
  std::string cause;  ///< a few words; empty if there is a text
};

/// ReadInputFile reads the regular file at `path`, and follows links. It refuses a pipe or a device, which
/// might never end. The caller handles `-` for stdin. No child process inherits the file.
FileText ReadInputFile(const std::string& path);

/// WriteOutputFile creates the file at `path`, or replaces its contents. It follows no link at `path` itself.
/// It does not write to a pipe, which another user may have put there, but accepts a device such as
/// /dev/null. Returns why it failed, in a few words; empty if everything was written.
std::string WriteOutputFile(const std::string& path, std::string_view text);

}  // namespace msiv2::cli
