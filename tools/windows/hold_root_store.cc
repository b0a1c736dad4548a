// Keeps Wine's root store ready while the tests run. The stage windows starts it before them.
//
// Under Wine each process that opens the root store reads this host's certificates into the registry, while a
// semaphore blocks other processes. If the reader ends meanwhile, the others wait forever: unlike a lock, a
// semaphore is not released when its owner ends. A process that finds an existing semaphore only passes
// through it. So this program causes the certificates to be read once, creates the semaphore in its free
// state, and keeps it open until it is ended.
//
// It also causes the desktop to be created. The first program that asks for the desktop starts Wine's
// explorer, which keeps the output of that program open. If a test did that, the test would never end.
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
