// A library with the exports of AttestationClientLib, for tests. Windows only.
//
// MSIV2_TEST_ATTESTATION selects what a call does (read at each call):
// - `token` returns MSIV2_TEST_ATTESTATION_TOKEN (the default).
// - `code:N` fails with code N, and still leaves a buffer to be freed.
// - `init:N`: InitAttestationLib fails with code N.
// - `null` succeeds without a buffer, `empty` with an empty one.
// - `hang` returns a token when the event MSIV2_TEST_ATTESTATION_RELEASE is set.
// - `log` logs a JWT, then fails with code -6.
// - `post` calls the service at the endpoint, by the protocol of the emulator's service.
//
// MSIV2_TEST_ATTESTATION_LOADED gets the path of each such library when it is loaded, in angle brackets.
// MSIV2_TEST_ATTESTATION_COUNTS holds "inits attests buffers-not-freed" after each call.
#include <windows.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/support/attestation_library/post_to_service.h"

namespace {

using LogFunction = void (*)(void*, const char*, int, const char*, int, const char*);
struct LogInfo {
  LogFunction log;
  void* context;
};

constexpr char kFakeJwt[] = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJub3QgZm9yIGEgbG9nIn0.c2lnbmF0dXJl";
LogInfo log_info{};
std::atomic<int> inits{0}, attests{0}, buffers{0};

std::string Variable(const char* name) {
  std::string value(32767, '\0');
  const DWORD size = GetEnvironmentVariableA(name, value.data(), static_cast<DWORD>(value.size()));
  value.resize(size < value.size() ? size : 0);
  return value;
}

void WriteCounts() {
  const std::string counts =
      std::to_string(inits) + " " + std::to_string(attests) + " " + std::to_string(buffers);
  SetEnvironmentVariableA("MSIV2_TEST_ATTESTATION_COUNTS", counts.c_str());
}

char* Buffer(const std::string& text) {
  auto* const buffer = static_cast<char*>(std::malloc(text.size() + 1));
  std::memcpy(buffer, text.c_str(), text.size() + 1);
  ++buffers;
  return buffer;
}

void Log(int level, const char* message) {
  log_info.log(log_info.context, "test", level, "AttestKeyGuardImportKey", 1, message);
}

int Attest(const std::string& mode, const char* endpoint, std::uintptr_t key, char** token,
           const char* client_id) {
  if (mode.starts_with("code:")) {
    *token = Buffer(kFakeJwt);
    return std::atoi(mode.c_str() + 5);
  }
  if (mode == "null") return 0;
  if (mode == "log") {
    Log(2, kFakeJwt);
    Log(0, (std::string("refused: Bearer ") + kFakeJwt).c_str());
    return -6;
  }
  if (mode == "hang") {
    const HANDLE released = OpenEventA(SYNCHRONIZE, FALSE, "MSIV2_TEST_ATTESTATION_RELEASE");
    if (released != nullptr) WaitForSingleObject(released, INFINITE);
    if (released != nullptr) CloseHandle(released);
  }
  if (mode == "post") {
    std::string failure;
    const std::string answer =
        msiv2::test::PostToService(endpoint, key, client_id, Variable("MSIV2_TEST_ATTESTATION_CA"), failure);
    if (!failure.empty()) Log(0, failure.c_str());
    if (!failure.empty()) return -5;
    *token = Buffer(answer);
    return 0;
  }
  *token = Buffer(mode == "empty" ? "" : Variable("MSIV2_TEST_ATTESTATION_TOKEN"));
  return 0;
}

}  // namespace

extern "C" {

__declspec(dllexport) int InitAttestationLib(LogInfo* info) {
  ++inits;
  WriteCounts();
  const std::string mode = Variable("MSIV2_TEST_ATTESTATION");
  if (info == nullptr || info->log == nullptr) return -8;
  log_info = *info;
  return mode.starts_with("init:") ? std::atoi(mode.c_str() + 5) : 0;
}

__declspec(dllexport) int AttestKeyGuardImportKey(const char* endpoint, const char* auth_token, const char*,
                                                  std::uintptr_t key, char** token, const char* client_id) {
  ++attests;
  const int code = auth_token != nullptr
                       ? -9
                       : Attest(Variable("MSIV2_TEST_ATTESTATION"), endpoint, key, token, client_id);
  WriteCounts();
  return code;
}

__declspec(dllexport) void FreeAttestationToken(char* token) {
  if (token != nullptr) --buffers;
  std::free(token);
  WriteCounts();
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void*) {
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  char path[MAX_PATH] = {};
  GetModuleFileNameA(module, path, MAX_PATH);
  const std::string loaded = Variable("MSIV2_TEST_ATTESTATION_LOADED") + "<" + path + ">";
  SetEnvironmentVariableA("MSIV2_TEST_ATTESTATION_LOADED", loaded.c_str());
  return TRUE;
}
}
