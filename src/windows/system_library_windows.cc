#include <windows.h>

#include <cstdio>

#include "windows/system_library.h"

namespace msiv2::windows {

void* SystemFunction(const char* library, const char* function) noexcept {
  const HMODULE module = LoadLibraryExA(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (module == nullptr) return nullptr;
  return reinterpret_cast<void*>(GetProcAddress(module, function));
}

std::string SystemMessage(unsigned long status) {
  wchar_t text[256] = {};
  const DWORD size = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, nullptr,
      status, 0, text, 256, nullptr);
  if (size == 0) {
    char number[16] = {};
    static_cast<void>(std::snprintf(number, sizeof number, "0x%08lX", status));
    return number;
  }
  std::wstring message(text, size);
  while (!message.empty() && message.back() == L' ') message.pop_back();
  return Utf8(message);
}

std::wstring Utf16(const std::string& text) {
  const int size = static_cast<int>(text.size());
  std::wstring wide(static_cast<std::size_t>(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)),
                    L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), static_cast<int>(wide.size()));
  return wide;
}

std::string Utf8(const std::wstring& text) {
  const int size = static_cast<int>(text.size());
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<std::size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), size, narrow.data(), bytes, nullptr, nullptr);
  return narrow;
}

}  // namespace msiv2::windows
