// The library that with_dependency.cc needs. Windows only.
extern "C" __declspec(dllexport) int Msiv2TestDependency() { return 0; }
