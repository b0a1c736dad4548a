#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "emulator/entra_errors.h"
#include "emulator/private_file.h"

namespace msiv2::emulator {

PrivateFolder::PrivateFolder() {
  // The folder for temporary files is the user's own on Windows, and what is made in it inherits its rights.
  const auto path = std::filesystem::temp_directory_path() / ("msiv2-emulator-" + NewUuid());
  if (!std::filesystem::create_directory(path)) throw std::runtime_error("no private folder");
  path_ = path.string();
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> WritePrivateFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  std::error_code problem;
  if (file) std::filesystem::rename(fresh, path, problem);
  if (!file || problem) return Error(ErrorCode::kInvalidRequest, "cannot write " + path);
  return {};
}

}  // namespace msiv2::emulator
