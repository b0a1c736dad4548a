#include <windows.h>

#include "base/own_module.h"

namespace msiv2 {
namespace {

HMODULE OwnModule(DWORD how) noexcept {
  static const char kHere = 0;
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | how, reinterpret_cast<LPCWSTR>(&kHere),
                     &module);
  return module;
}

}  // namespace

// Static objects of a DLL cannot join threads, so the module must never be unloaded.
void StayLoaded() noexcept { OwnModule(GET_MODULE_HANDLE_EX_FLAG_PIN); }

bool ThreadsLiveAtExit() noexcept {
  return OwnModule(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT) == GetModuleHandleW(nullptr);
}

}  // namespace msiv2
