#include <windows.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/foreign_text.h"
#include "base/plain_file.h"
#include "base/utf8_path.h"

namespace msiv2 {
namespace {

class Handle {
 public:
  explicit Handle(HANDLE handle) : handle_(handle) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (ok()) ::CloseHandle(handle_);
  }
  bool ok() const noexcept { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const noexcept { return handle_; }

 private:
  const HANDLE handle_;
};

FileContents LastError() {
  return {std::nullopt, ForeignText(std::system_category().message(static_cast<int>(::GetLastError())))};
}

FileContents ReadFrom(HANDLE file, std::size_t room, std::size_t most) {
  std::string text(room, '\0');
  std::size_t length = 0;
  DWORD count = 1;
  bool read = true;
  while (read && count > 0 && (length < text.size() || GrowPlainFileRoom(text, most))) {
    read = ::ReadFile(file, text.data() + length, static_cast<DWORD>(text.size() - length), &count,
                      nullptr) != 0;
    if (read) length += count;
  }
  if (read) {
    text.resize(length);
    return {SecretString(std::move(text)), {}};
  }
  auto failed = LastError();
  SecureWipe(text);
  return failed;
}

}  // namespace

FileContents ReadPlainFile(const std::string& path, std::size_t most) {
  if (path.find('\0') != std::string::npos) return {std::nullopt, "its path holds a NUL"};
  const std::filesystem::path name = PathOfUtf8(path);
  if (name.empty()) return {std::nullopt, "its path is not UTF-8"};
  const Handle file(::CreateFileW(name.c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
  if (!file.ok()) return LastError();
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) return {std::nullopt, "it is not a regular file"};
  LARGE_INTEGER size{};
  if (::GetFileSizeEx(file.get(), &size) == 0) return LastError();
  return ReadFrom(file.get(), PlainFileRoom(static_cast<std::size_t>(size.QuadPart), most), most);
}

}  // namespace msiv2
