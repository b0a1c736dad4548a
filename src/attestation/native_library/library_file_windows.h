// HeldFile on Windows. Windows only.
#pragma once

#include <windows.h>

#include <string>
#include <utility>

#include "attestation/native_library/library_system.h"

namespace msiv2::attestation {

/// FileHandle owns a file handle.
class FileHandle {
 public:
  explicit FileHandle(HANDLE handle) : handle_(handle) {}
  FileHandle(FileHandle&& other) noexcept : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle() {
    if (handle_ != INVALID_HANDLE_VALUE) CloseHandle(handle_);
  }
  HANDLE get() const noexcept { return handle_; }

 private:
  HANDLE handle_;
};

/// WindowsFile is a file that is open for reading and shared for reading only.
class WindowsFile final : public HeldFile {
 public:
  explicit WindowsFile(FileHandle file);
  bool IsRemote() const override;
  Result<std::size_t, SystemFailure> Read(std::uint64_t offset, std::span<std::uint8_t> into) override;

  HANDLE handle() const noexcept { return file_.get(); }
  /// path returns the file's own absolute path, with every link resolved; empty if the system does not return
  /// one.
  const std::wstring& path() const noexcept { return path_; }

 private:
  const FileHandle file_;
  std::wstring path_;
};

/// RefuseMicrosoftSignature implements LibrarySystem::RefuseSignature on Windows.
std::optional<SystemFailure> RefuseMicrosoftSignature(const WindowsFile& file);

}  // namespace msiv2::attestation
