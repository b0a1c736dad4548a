#include <windows.h>
// after windows.h
#include <bcrypt.h>
#include <ncrypt.h>

#include <array>

#include "selftest/system_facts.h"
#include "windows/system_library.h"

namespace msiv2::selftest {
namespace {

using RtlGetVersionFunction = LONG(WINAPI*)(OSVERSIONINFOW*);
using WineGetVersionFunction = const char*(CDECL*)();

// Room for two primes, the private exponent and the rest of a key of 4096 bits.
constexpr std::size_t kLargestBlob = 4096;

}  // namespace

Result<SystemFacts> ReadSystemFacts() {
  // GetVersionEx reports Windows 8 to a program without a manifest; this function does not.
  const auto version =
      reinterpret_cast<RtlGetVersionFunction>(windows::SystemFunction("ntdll.dll", "RtlGetVersion"));
  OSVERSIONINFOW info{};
  info.dwOSVersionInfoSize = sizeof info;
  if (version == nullptr || version(&info) != 0) {
    return Error(ErrorCode::kInvalidRequest, "ntdll.dll does not tell the version of Windows");
  }
  const auto wine =
      reinterpret_cast<WineGetVersionFunction>(windows::SystemFunction("ntdll.dll", "wine_get_version"));
  return SystemFacts{info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber,
                     wine == nullptr ? std::string() : std::string(wine())};
}

ExportAttempt TryPrivateExport(std::uintptr_t key) {
  const auto export_key = reinterpret_cast<decltype(&::NCryptExportKey)>(
      windows::SystemFunction("ncrypt.dll", "NCryptExportKey"));
  if (export_key == nullptr) return {true, static_cast<std::uint32_t>(NTE_NOT_FOUND)};
  std::array<BYTE, kLargestBlob> blob{};
  DWORD size = 0;
  const SECURITY_STATUS status = export_key(key, 0, BCRYPT_RSAFULLPRIVATE_BLOB, nullptr, blob.data(),
                                            static_cast<DWORD>(blob.size()), &size, NCRYPT_SILENT_FLAG);
  SecureZeroMemory(blob.data(), blob.size());
  return {status != ERROR_SUCCESS, static_cast<std::uint32_t>(status)};
}

}  // namespace msiv2::selftest
