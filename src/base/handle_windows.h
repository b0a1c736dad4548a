// Handles on Windows.
#pragma once

#include <windows.h>

#include <memory>
#include <optional>

namespace msiv2 {

struct HandleCloser {
  void operator()(HANDLE handle) const noexcept { ::CloseHandle(handle); }
};

/// OwnedHandle owns a handle of which null says that there is none: of a process, a pipe or an event.
using OwnedHandle = std::unique_ptr<void, HandleCloser>;

/// FileHandle owns a handle from CreateFile, or INVALID_HANDLE_VALUE if CreateFile failed.
class FileHandle {
 public:
  explicit FileHandle(HANDLE handle) : handle_(handle) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (ok()) ::CloseHandle(handle_);
  }
  bool ok() const noexcept { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const noexcept { return handle_; }

  /// Read implements ReadSome (plain_file.h). If it fails, GetLastError returns the cause.
  std::optional<std::size_t> Read(char* into, std::size_t room) const noexcept {
    DWORD count = 0;
    if (::ReadFile(handle_, into, static_cast<DWORD>(room), &count, nullptr) == 0) return std::nullopt;
    return count;
  }

 private:
  const HANDLE handle_;
};

}  // namespace msiv2
