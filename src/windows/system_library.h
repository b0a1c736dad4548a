// Functions of the system's own libraries, found in System32 only. Windows only.
#pragma once

#include <string>

namespace msiv2::windows {

/// SystemFunction returns the address of `function` in the library `library` (for example "ncrypt.dll") of
/// the System32 folder, or null where it is not there. A library of that name beside the program, in the
/// current folder or on PATH is not loaded for it. The library stays loaded for the life of the process.
/// Thread-safe.
void* SystemFunction(const char* library, const char* function) noexcept;

/// FindSystemFunction sets `found`, a pointer to a function, as SystemFunction does and tells whether it is
/// there.
template <typename Function>
bool FindSystemFunction(Function& found, const char* library, const char* function) noexcept {
  found = reinterpret_cast<Function>(SystemFunction(library, function));
  return found != nullptr;
}

/// SystemMessage returns the system's English-or-local text of a Win32 error or HRESULT, on one line, or
/// "0x%08X" where there is none; for people only, never to decide by.
std::string SystemMessage(unsigned long status);

/// Utf16 returns UTF-8 `text` as UTF-16; what is no UTF-8 becomes U+FFFD.
std::wstring Utf16(const std::string& text);

/// Utf8 returns UTF-16 `text` as UTF-8.
std::string Utf8(const std::wstring& text);

}  // namespace msiv2::windows
