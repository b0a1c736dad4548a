// The functions of AttestationClientLib as this project calls them.
#pragma once

#include <cstdint>

namespace msiv2::attestation {

extern "C" {
/// LogFunction receives a line of the library's log. `level`: 0 error, 1 warning, 2 information, 3 debug.
using LogFunction = void (*)(void* context, const char* tag, int level, const char* function, int line,
                             const char* message);
}

/// AttestationLogInfo is what InitAttestationLib takes. The library may keep the pointer.
struct AttestationLogInfo {
  LogFunction log;
  void* context;
};

extern "C" {
using InitAttestationLibFunction = int (*)(AttestationLogInfo* log);
using AttestKeyGuardImportKeyFunction = int (*)(const char* endpoint, const char* auth_token,
                                                const char* client_payload, std::uintptr_t key, char** token,
                                                const char* client_id);
using FreeAttestationTokenFunction = void (*)(char* token);
}

/// NativeFunctions are the exports that are called. UninitAttestationLib is not among them. Its state belongs
/// to the whole process, so a call of it could disturb another call (G-38).
struct NativeFunctions {
  InitAttestationLibFunction init = nullptr;
  AttestKeyGuardImportKeyFunction attest = nullptr;
  FreeAttestationTokenFunction free_token = nullptr;
};

}  // namespace msiv2::attestation
