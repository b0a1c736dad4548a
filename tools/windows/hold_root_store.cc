// Keeps the root store of Wine ready for as long as the tests run; run-tests starts it ahead of them.
//
// Under Wine each process that opens the root store reads this host's certificates into the registry, while a
// semaphore keeps other processes out. Where the reader ends meanwhile, the others wait for ever: it is not a
// lock that its owner's end gives back. A process that finds the semaphore made only passes through it. So
// this program has the certificates read once, makes the semaphore free, and holds it until it is ended.
//
// It also has the desktop made. The first program that asks for it starts Wine's explorer, which keeps the
// output of that program open: started by a test, that test would never end.
#include <windows.h>
// after windows.h
#include <stdio.h>
#include <wincrypt.h>

int main() {
  const HCERTSTORE roots = CertOpenSystemStoreW(0, L"ROOT");
  if (roots == nullptr || CreateSemaphoreW(nullptr, 1, 1, L"crypt32_root_semaphore") == nullptr) return 1;
  if (GetDesktopWindow() == nullptr) return 1;
  puts("held");
  fflush(stdout);
  Sleep(INFINITE);
}
