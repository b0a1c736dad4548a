#include <windows.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "emulator/entra_errors.h"
#include "emulator/private_file.h"

namespace msiv2::emulator {

PrivateFolder::PrivateFolder() {
  // On Windows the folder for temporary files belongs to the user, and new entries inherit its rights.
  const auto path = std::filesystem::temp_directory_path() / ("msiv2-emulator-" + NewUuid());
  if (!std::filesystem::create_directory(path)) throw std::runtime_error("no private folder");
  path_ = path.string();
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> WritePrivateFile(const std::string& path, const std::string& text) {
  const std::filesystem::path fresh(path + ".new");
  // CREATE_NEW: otherwise it would be written where a link leads. No child process inherits it.
  const HANDLE file =
      ::CreateFileW(fresh.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return Error(ErrorCode::kInvalidRequest, "cannot write " + path);
  DWORD count = 0;
  const bool written =
      ::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &count, nullptr) != 0 &&
      count == text.size();
  ::CloseHandle(file);
  std::error_code problem;
  if (written) std::filesystem::rename(fresh, path, problem);
  if (written && !problem) return {};
  ::DeleteFileW(fresh.c_str());
  return Error(ErrorCode::kInvalidRequest, "cannot write " + path);
}

}  // namespace msiv2::emulator
