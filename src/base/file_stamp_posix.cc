#include <sys/stat.h>

#include <charconv>
#include <limits>

#include "base/file_stamp.h"

namespace msiv2 {
namespace {

template <typename Number>
void Append(Number number, std::string& stamp) {
  char digits[std::numeric_limits<Number>::digits10 + 2];  // and a sign
  const char* end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  stamp.append(static_cast<const char*>(digits), end).push_back(':');
}

void Append(const timespec& time, std::string& stamp) {
  Append(time.tv_sec, stamp);
  Append(time.tv_nsec, stamp);
}

}  // namespace

std::string FileStamp(const std::string& path) {
  struct stat facts {};
  if (path.find('\0') != std::string::npos || ::stat(path.c_str(), &facts) != 0) return {};
  std::string stamp;
  stamp.reserve(std::size_t{7} * 21);  // digits and a colon
  Append(facts.st_dev, stamp);
  Append(facts.st_ino, stamp);
  Append(facts.st_size, stamp);
  // A program can set the time of the last write, but not that of the last change of the inode.
  Append(facts.st_mtim, stamp);
  Append(facts.st_ctim, stamp);
  return stamp;
}

}  // namespace msiv2
