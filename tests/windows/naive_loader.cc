// naive_loader DLL: loads a library by its bare name, as careless programs do, and prints where it came from.
// The control of the test that plants libraries: a program that loads like this gets the planted one.
#include <windows.h>

#include <array>
#include <iostream>

int main(int argc, char** argv) {
  const HMODULE library = argc == 2 ? ::LoadLibraryA(argv[1]) : nullptr;
  std::array<char, MAX_PATH> path{};
  if (library == nullptr ||
      ::GetModuleFileNameA(library, path.data(), static_cast<DWORD>(path.size())) == 0) {
    std::cerr << "not loaded: " << ::GetLastError() << "\n";
    return 1;
  }
  std::cout << path.data() << "\n";
  return 0;
}
