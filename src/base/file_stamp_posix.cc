#include <sys/stat.h>

#include "base/file_stamp.h"

namespace msiv2 {
namespace {

std::string Text(const timespec& time) {
  return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
}

}  // namespace

std::string FileStamp(const std::string& path) {
  struct stat facts {};
  if (path.find('\0') != std::string::npos || ::stat(path.c_str(), &facts) != 0) return {};
  // A program can set the time of the last write, but not that of the last change of the inode.
  return std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino) + ":" +
         std::to_string(facts.st_size) + ":" + Text(facts.st_mtim) + ":" + Text(facts.st_ctim);
}

}  // namespace msiv2
