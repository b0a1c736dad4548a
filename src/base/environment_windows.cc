#include <windows.h>

#include "base/environment.h"

namespace msiv2 {
namespace {

std::wstring Wide(const char* utf8) {
  const int size = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, nullptr, 0);
  std::wstring wide(static_cast<std::size_t>(size), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide.data(), size);
  return wide;
}

std::string Narrow(const std::wstring& wide, int length) {
  const int size = WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<std::size_t>(size), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, utf8.data(), size, nullptr, nullptr);
  return utf8;
}

}  // namespace

// getenv would return bytes of the active code page, but all text in this library is UTF-8.
EnvironmentReader ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const std::wstring variable = Wide(name);
    std::wstring value;
    DWORD size = GetEnvironmentVariableW(variable.c_str(), nullptr, 0);
    while (size > value.size()) {  // the value may grow between two calls
      value.resize(size);
      SetLastError(ERROR_SUCCESS);
      size = GetEnvironmentVariableW(variable.c_str(), value.data(), size);
    }
    if (size == 0 && GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
    return Narrow(value, static_cast<int>(size));
  };
}

// Windows does not start programs with the rights of their file's owner.
EnvironmentReader UnprivilegedEnvironment() { return ProcessEnvironment(); }

}  // namespace msiv2
