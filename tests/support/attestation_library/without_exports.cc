// A library that lacks one export of AttestationClientLib. Windows only.
extern "C" {
__declspec(dllexport) int InitAttestationLib(void*) { return 0; }
__declspec(dllexport) void FreeAttestationToken(char*) {}
}
