#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "emulator/private_file.h"

namespace msiv2::emulator {
namespace {

Error CannotWrite(const std::string& path) {
  return Error(ErrorCode::kInvalidRequest, "cannot write " + path + ": " + std::strerror(errno));
}

bool WriteAll(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

PrivateFolder::PrivateFolder() : path_(std::filesystem::temp_directory_path() / "msiv2-emulator-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no private folder: " + path_);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> WritePrivateFile(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return CannotWrite(fresh);
  const bool written = WriteAll(file, text);
  close(file);
  if (written && rename(fresh.c_str(), path.c_str()) == 0) return {};
  const Error problem = CannotWrite(path);
  unlink(fresh.c_str());
  return problem;
}

}  // namespace msiv2::emulator
