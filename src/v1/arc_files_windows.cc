// Challenge files of Azure Arc: opened once, checked after that, and read into memory that is wiped.
#include <windows.h>

#include <filesystem>
#include <utility>

#include "base/ascii.h"
#include "base/handle_windows.h"
#include "base/plain_file.h"
#include "base/utf8_path.h"
#include "v1/arc_files.h"

namespace msiv2::v1 {
namespace {

HANDLE Open(const std::filesystem::path& path, DWORD share, DWORD flags) {
  return ::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | share, nullptr,
                       OPEN_EXISTING, flags, nullptr);
}

// Opens what is at the path itself, not the target of a link.
constexpr DWORD kNoLink = FILE_FLAG_OPEN_REPARSE_POINT;

bool IsLink(const BY_HANDLE_FILE_INFORMATION& facts) {
  return (facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
}

bool IsDirectory(const BY_HANDLE_FILE_INFORMATION& facts) {
  return (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

std::string Under(const EnvironmentReader& environment, const char* variable, const char* rest) {
  const auto folder = environment(variable);
  return folder && !folder->empty() ? *folder + rest : std::string();
}

}  // namespace

ArcFiles ArcFilesOf(const EnvironmentReader& environment) {
  return {Under(environment, "ProgramFiles", "\\AzureConnectedMachineAgent\\himds.exe"),
          Under(environment, "ProgramData", "\\AzureConnectedMachineAgent\\Tokens")};
}

bool SamePath(std::string_view a, std::string_view b) noexcept { return EqualsIgnoreCase(a, b); }
bool IsPathSeparator(char c) noexcept { return c == '\\' || c == '/'; }

Result<SecretString> ReadArcKey(const std::string& folder, const std::string& name) {
  const std::filesystem::path place = PathOfUtf8(folder);
  BY_HANDLE_FILE_INFORMATION facts{};
  // Held open while the file is open, so that the folder cannot be replaced meanwhile.
  const FileHandle directory(Open(place, 0, kNoLink | FILE_FLAG_BACKUP_SEMANTICS));
  if (!directory.ok() || ::GetFileInformationByHandle(directory.get(), &facts) == 0 || IsLink(facts) ||
      !IsDirectory(facts)) {
    return ArcFileError("lies in a folder that cannot be opened, or that is a link");
  }
  const FileHandle file(Open(place / name, FILE_SHARE_DELETE, kNoLink));
  if (!file.ok()) return ArcFileError("cannot be opened");
  if (::GetFileInformationByHandle(file.get(), &facts) == 0 || IsLink(facts) || IsDirectory(facts) ||
      facts.nNumberOfLinks != 1) {
    return ArcFileError("is not a plain file with one name");
  }
  auto key = ReadToEnd(kLargestArcKey, kLargestArcKey + 1,
                       [&](char* into, std::size_t room) { return file.Read(into, room); });
  if (!key) return ArcFileError("cannot be read");
  if (key->size() > kLargestArcKey) return ArcFileError("is larger than 4096 bytes");
  return CheckArcKey(*std::move(key));
}

}  // namespace msiv2::v1
