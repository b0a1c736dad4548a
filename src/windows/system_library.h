// Functions of the system's own libraries, looked up in System32 only. Windows only.
#pragma once

#include <string>

namespace msiv2::windows {

/// SystemFunction returns the address of `function` in the library `library` (for example "ncrypt.dll") of
/// the System32 folder, or null if it is not there. A library of that name next to the program, in the
/// current folder or on PATH is not loaded. The library stays loaded for the life of the process.
/// Thread-safe.
void* SystemFunction(const char* library, const char* function) noexcept;

/// FindSystemFunction sets `found`, a pointer to a function, as SystemFunction does. It returns true if the
/// function exists.
template <typename Function>
bool FindSystemFunction(Function& found, const char* library, const char* function) noexcept {
  found = reinterpret_cast<Function>(SystemFunction(library, function));
  return found != nullptr;
}

/// SystemMessage returns the system's text for a Win32 error or HRESULT, in English or the local language, on
/// one line. If there is none, it returns "0x%08X". The text is human-readable only; never decide by it.
std::string SystemMessage(unsigned long status);

/// Utf16 returns UTF-8 `text` as UTF-16; bytes that are not UTF-8 become U+FFFD.
std::wstring Utf16(const std::string& text);

/// Utf8 returns UTF-16 `text` as UTF-8.
std::string Utf8(const std::wstring& text);

}  // namespace msiv2::windows
