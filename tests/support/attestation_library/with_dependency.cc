// A library that needs another library in the same folder. Windows only.
extern "C" {
__declspec(dllimport) int Msiv2TestDependency();
__declspec(dllexport) int InitAttestationLib(void*) { return Msiv2TestDependency(); }
__declspec(dllexport) int AttestKeyGuardImportKey() { return 0; }
__declspec(dllexport) void FreeAttestationToken(char*) {}
}
