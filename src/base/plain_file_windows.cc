#include <windows.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/foreign_text.h"
#include "base/handle_windows.h"
#include "base/plain_file.h"
#include "base/utf8_path.h"

namespace msiv2 {
namespace {

FileContents LastError() {
  return {std::nullopt, ForeignText(std::system_category().message(static_cast<int>(::GetLastError())))};
}

}  // namespace

FileContents ReadPlainFile(const std::string& path, std::size_t most) {
  if (path.find('\0') != std::string::npos) return {std::nullopt, "its path holds a NUL"};
  const std::filesystem::path name = PathOfUtf8(path);
  if (name.empty()) return {std::nullopt, "its path is not UTF-8"};
  const FileHandle file(::CreateFileW(name.c_str(), GENERIC_READ,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                      OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
  if (!file.ok()) return LastError();
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) return {std::nullopt, "it is not a regular file"};
  LARGE_INTEGER size{};
  if (::GetFileSizeEx(file.get(), &size) == 0) return LastError();
  FileContents failed;
  auto bytes = ReadToEnd(static_cast<std::size_t>(size.QuadPart), most, [&](char* into, std::size_t room) {
    const auto count = file.Read(into, room);
    if (!count) failed = LastError();
    return count;
  });
  return bytes ? FileContents{*std::move(bytes), {}} : failed;
}

}  // namespace msiv2
