// A folder for one test.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace msiv2::testing {

/// TemporaryFolder is a new folder that only this user may open. Its destructor removes it with its contents.
/// Its name is not random: a message would hide a random one, as it hides secrets.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::string start =
        (std::filesystem::temp_directory_path() / ("msiv2-test-" + std::to_string(::getpid()))).string();
    for (int number = 0; path_.empty(); ++number) {
      const std::string path = start + "-" + std::to_string(number);
      if (::mkdir(path.c_str(), S_IRWXU) == 0) {
        path_ = path;
      } else if (errno != EEXIST) {
        throw std::runtime_error("no temporary folder");
      }
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

  /// Write creates or replaces the file called `name`, and returns its path.
  std::string Write(const std::filesystem::path& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace msiv2::testing
