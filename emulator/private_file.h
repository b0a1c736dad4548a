// Files that only the user of this process may read. One source file per operating system.
#pragma once

#include <string>

#include "msiv2/result.h"

namespace msiv2::emulator {

/// PrivateFolder is a new folder below the system's folder for temporary files. On POSIX systems only its
/// owner may enter it. Its destructor removes it with its contents.
class PrivateFolder {
 public:
  PrivateFolder();  ///< throws std::runtime_error if no folder can be created
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// WritePrivateFile writes `text` to a file of mode 0600 (on Windows, with the folder's rights). It replaces
/// the file atomically: a reader sees the old file or the new one. Errors: `invalid_request`.
Result<void> WritePrivateFile(const std::string& path, const std::string& text);

}  // namespace msiv2::emulator
