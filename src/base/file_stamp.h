// What distinguishes the versions of a file.
#pragma once

#include <string>

namespace msiv2 {

/// FileStamp returns a text that changes when the file or folder at `path` (UTF-8) is written or replaced:
/// its identity, size and times. The text is empty if there is nothing at `path`. It does not change if the
/// same file is written twice within the resolution of the file system's clock, with the same size. Threads:
/// any.
std::string FileStamp(const std::string& path);

}  // namespace msiv2
