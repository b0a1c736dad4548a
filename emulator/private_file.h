// Files that only the user of this process may read. One source file per operating system.
#pragma once

#include <string>

#include "msiv2/result.h"

namespace msiv2::emulator {

/// PrivateFolder is a new folder below the system's folder for temporary files; on POSIX systems only its
/// owner may enter it. It goes away with what is in it when the object is destroyed.
class PrivateFolder {
 public:
  PrivateFolder();  ///< throws std::runtime_error where no folder can be made
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// WritePrivateFile writes `text` to a file of mode 0600 (on Windows, with the folder's rights), whole or not
/// at all: a reader sees the old file or the new one. Errors: `invalid_request`.
Result<void> WritePrivateFile(const std::string& path, const std::string& text);

}  // namespace msiv2::emulator
