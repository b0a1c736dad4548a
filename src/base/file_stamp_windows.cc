#include <windows.h>

#include "base/file_stamp.h"
#include "base/utf8_path.h"

namespace msiv2 {
namespace {

std::string Text(const FILETIME& time) {
  return std::to_string(time.dwHighDateTime) + "." + std::to_string(time.dwLowDateTime);
}

}  // namespace

std::string FileStamp(const std::string& path) {
  if (path.find('\0') != std::string::npos) return {};
  WIN32_FILE_ATTRIBUTE_DATA facts{};
  const auto name = PathOfUtf8(path);
  if (name.empty() || ::GetFileAttributesExW(name.c_str(), GetFileExInfoStandard, &facts) == 0) return {};
  return std::to_string(facts.nFileSizeHigh) + "." + std::to_string(facts.nFileSizeLow) + ":" +
         Text(facts.ftCreationTime) + ":" + Text(facts.ftLastWriteTime);
}

}  // namespace msiv2
