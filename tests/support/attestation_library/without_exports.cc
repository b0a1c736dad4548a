// A library that has one export of AttestationClientLib too few. Windows only.
extern "C" {
__declspec(dllexport) int InitAttestationLib(void*) { return 0; }
__declspec(dllexport) void FreeAttestationToken(char*) {}
}
