#include <algorithm>

#include "attestation/native_library/library_file_windows.h"
#include "attestation/native_library/library_system.h"
#include "windows/system_library.h"

namespace msiv2::attestation {
namespace {

constexpr std::wstring_view kExtendedPrefix = L"\\\\?\\";
constexpr std::wstring_view kNetworkPrefix = L"\\\\?\\UNC\\";

SystemFailure FailureOf(DWORD code) { return {code, windows::SystemMessage(code)}; }
SystemFailure LastFailure() { return FailureOf(GetLastError()); }

// Returns the path of an open file, with its prefix; empty if the system does not return one.
std::wstring FinalPath(HANDLE file) {
  std::wstring path(MAX_PATH, L'\0');
  DWORD size = GetFinalPathNameByHandleW(file, path.data(), static_cast<DWORD>(path.size()), VOLUME_NAME_DOS);
  if (size > path.size()) {
    path.resize(size);
    size = GetFinalPathNameByHandleW(file, path.data(), static_cast<DWORD>(path.size()), VOLUME_NAME_DOS);
  }
  path.resize(size < path.size() ? size : 0);
  return path;
}

FileHandle OpenFile(const std::wstring& path, DWORD access, DWORD share) {
  return FileHandle(
      CreateFileW(path.c_str(), access, share, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
}

bool IsSameFile(HANDLE a, HANDLE b) {
  BY_HANDLE_FILE_INFORMATION first{};
  BY_HANDLE_FILE_INFORMATION second{};
  return GetFileInformationByHandle(a, &first) && GetFileInformationByHandle(b, &second) &&
         first.dwVolumeSerialNumber == second.dwVolumeSerialNumber &&
         first.nFileIndexHigh == second.nFileIndexHigh && first.nFileIndexLow == second.nFileIndexLow;
}

/// QuietErrors keeps the system from showing a dialog if a library that another needs is missing.
class QuietErrors {
 public:
  QuietErrors() { SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &before_); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { SetThreadErrorMode(before_, nullptr); }

 private:
  DWORD before_ = 0;
};

class WindowsLibrary final : public LoadedLibrary {
 public:
  explicit WindowsLibrary(HMODULE module) : module_(module) {}
  WindowsLibrary(const WindowsLibrary&) = delete;
  WindowsLibrary& operator=(const WindowsLibrary&) = delete;
  ~WindowsLibrary() override { FreeLibrary(module_); }

  bool IsOf(const HeldFile& file) const override {
    std::wstring path(32768, L'\0');
    const DWORD size = GetModuleFileNameW(module_, path.data(), static_cast<DWORD>(path.size()));
    if (size == 0 || size >= path.size()) return false;
    path.resize(size);
    const FileHandle module = OpenFile(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
    return module.get() != INVALID_HANDLE_VALUE &&
           IsSameFile(module.get(), static_cast<const WindowsFile&>(file).handle());
  }
  void* Function(const char* name) const override {
    return reinterpret_cast<void*>(GetProcAddress(module_, name));
  }
  std::uintptr_t Identity() const override { return reinterpret_cast<std::uintptr_t>(module_); }

 private:
  const HMODULE module_;
};

class WindowsLibraries final : public LibrarySystem {
 public:
  // The program's own header names the processor that it runs on.
  std::uint16_t Machine() const override {
    const auto* const base = reinterpret_cast<const char*>(GetModuleHandleW(nullptr));
    const auto* const dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
    return reinterpret_cast<const IMAGE_NT_HEADERS*>(base + dos->e_lfanew)->FileHeader.Machine;
  }

  Result<std::unique_ptr<HeldFile>, SystemFailure> Open(const std::string& path) override {
    FileHandle file = OpenFile(windows::Utf16(path), GENERIC_READ, FILE_SHARE_READ);
    if (file.get() == INVALID_HANDLE_VALUE) return LastFailure();
    return std::unique_ptr<HeldFile>(std::make_unique<WindowsFile>(std::move(file)));
  }

  std::optional<SystemFailure> RefuseSignature(HeldFile& file) override {
    return RefuseMicrosoftSignature(static_cast<const WindowsFile&>(file));
  }

  // Loads by the file's own path: a link on the configured path may have changed since the file was opened.
  // The flag applies to the libraries that this one needs. They are searched for neither next to it nor next
  // to the program.
  Result<std::unique_ptr<LoadedLibrary>, SystemFailure> Load(HeldFile& file) override {
    const std::wstring& path = static_cast<const WindowsFile&>(file).path();
    if (path.empty()) return FailureOf(ERROR_BAD_PATHNAME);
    const QuietErrors quiet;
    const HMODULE module = LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (module == nullptr) return LastFailure();
    return std::unique_ptr<LoadedLibrary>(std::make_unique<WindowsLibrary>(module));
  }
};

}  // namespace

WindowsFile::WindowsFile(FileHandle file) : file_(std::move(file)), path_(FinalPath(file_.get())) {
  const bool is_local = path_.starts_with(kExtendedPrefix) && !path_.starts_with(kNetworkPrefix);
  if (is_local) path_.erase(0, kExtendedPrefix.size());
}

bool WindowsFile::IsRemote() const {
  FILE_REMOTE_PROTOCOL_INFO remote{};
  return path_.starts_with(kNetworkPrefix) ||
         GetFileInformationByHandleEx(file_.get(), FileRemoteProtocolInfo, &remote, sizeof remote) != 0;
}

Result<std::size_t, SystemFailure> WindowsFile::Read(std::uint64_t offset, std::span<std::uint8_t> into) {
  OVERLAPPED at{};
  at.Offset = static_cast<DWORD>(offset & 0xffffffffU);
  at.OffsetHigh = static_cast<DWORD>(offset >> 32);
  constexpr std::size_t kMost = std::size_t{1} << 20;
  DWORD size = 0;
  if (ReadFile(file_.get(), into.data(), static_cast<DWORD>(std::min(into.size(), kMost)), &size, &at) == 0) {
    const DWORD error = GetLastError();
    if (error != ERROR_HANDLE_EOF) return FailureOf(error);
    size = 0;
  }
  return static_cast<std::size_t>(size);
}

LibrarySystem& SystemLibraries() {
  static auto* const system = new WindowsLibraries;  // never destroyed: a call that hangs may use it
  return *system;
}

}  // namespace msiv2::attestation
