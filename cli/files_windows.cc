#include <windows.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/files.h"

namespace msiv2::cli {
namespace {

constexpr char kNotRegular[] = "it is not a regular file";

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

// The code page of this program is UTF-8 (msiv2.manifest). SECURITY_ANONYMOUS hides this user from a pipe's
// server.
HANDLE Open(const std::string& path, DWORD access, DWORD how, DWORD flags) {
  return ::CreateFileW(std::filesystem::path(path).c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       nullptr, how, flags | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr);
}

std::string LastError() { return std::system_category().message(static_cast<int>(::GetLastError())); }

}  // namespace

FileText ReadInputFile(const std::string& path) {
  const Handle file(Open(path, GENERIC_READ, OPEN_EXISTING, 0));
  if (!file.ok()) return {std::nullopt, LastError()};
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) return {std::nullopt, kNotRegular};
  LARGE_INTEGER size{};
  if (::GetFileSizeEx(file.get(), &size) == 0) return {std::nullopt, LastError()};
  if (static_cast<std::size_t>(size.QuadPart) > kMostFileBytes)
    return {std::nullopt, "it is larger than 256 MiB"};
  std::string text(static_cast<std::size_t>(size.QuadPart), '\0');
  DWORD count = 0;
  if (::ReadFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &count, nullptr) == 0) {
    return {std::nullopt, LastError()};
  }
  text.resize(count);
  return {std::move(text), {}};
}

std::string WriteOutputFile(const std::string& path, std::string_view text) {
  const Handle file(Open(path, GENERIC_WRITE, OPEN_ALWAYS, FILE_FLAG_OPEN_REPARSE_POINT));
  if (!file.ok()) return LastError();
  const DWORD type = ::GetFileType(file.get());
  if (type != FILE_TYPE_DISK && type != FILE_TYPE_CHAR) return kNotRegular;
  BY_HANDLE_FILE_INFORMATION facts{};
  if (type == FILE_TYPE_DISK) {
    if (::GetFileInformationByHandle(file.get(), &facts) == 0) return LastError();
    if ((facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return "it is a symbolic link";
    if (::SetEndOfFile(file.get()) == 0) return LastError();
  }
  while (!text.empty()) {
    DWORD count = 0;
    const auto most = static_cast<DWORD>(text.size() < kMostFileBytes ? text.size() : kMostFileBytes);
    if (::WriteFile(file.get(), text.data(), most, &count, nullptr) == 0) return LastError();
    text.remove_prefix(count);
  }
  return {};
}

}  // namespace msiv2::cli
