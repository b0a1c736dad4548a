#include <windows.h>
// after windows.h
#include <sddl.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/handle_windows.h"
#include "windows/named_lock.h"
#include "windows/system_library.h"

namespace msiv2::windows {
namespace {

using LocalMemory = std::unique_ptr<void, decltype(&LocalFree)>;

// Returns the SID of the user that this process runs as, as text; empty if the system does not return it.
std::wstring OwnSid() {
  HANDLE token = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return {};
  alignas(TOKEN_USER) BYTE user[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD size = 0;
  const bool known = GetTokenInformation(token, TokenUser, user, sizeof user, &size) != 0;
  CloseHandle(token);
  wchar_t* text = nullptr;
  if (!known || !ConvertSidToStringSidW(reinterpret_cast<TOKEN_USER*>(user)->User.Sid, &text)) return {};
  const LocalMemory owned(text, &LocalFree);
  return text;
}

// Full control for this user only, and nothing inherited.
LocalMemory OwnDescriptor() {
  const std::wstring sid = OwnSid();
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (!sid.empty()) {
    const std::wstring text = L"D:P(A;;GA;;;" + sid + L")";
    ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &descriptor, nullptr);
  }
  return LocalMemory(descriptor, &LocalFree);
}

HANDLE MakeMutex(const std::wstring& name) {
  // Never freed: renewals take locks until the last thread of the process has ended.
  static const LocalMemory& descriptor = *new LocalMemory(OwnDescriptor());
  if (!descriptor) return nullptr;
  SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
  return CreateMutexW(&attributes, FALSE, name.c_str());
}

// Waits for the mutex, the time or the cancellation. Returns what WaitForMultipleObjects returns, for the
// mutex as the first of the objects.
DWORD WaitForMutex(HANDLE mutex, DWORD wait, const CancellationToken& cancellation) {
  const OwnedHandle canceled(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!canceled) return WAIT_FAILED;
  // Declared after the event, which it outlives otherwise.
  const auto registration = cancellation.OnCancel([event = canceled.get()] { SetEvent(event); });
  const HANDLE objects[] = {mutex, canceled.get()};
  return WaitForMultipleObjects(2, objects, FALSE, wait);
}

class SystemLocks final : public NamedLocks {
 public:
  NamedLock Take(const std::string& name, std::chrono::milliseconds timeout,
                 const CancellationToken& cancellation) override {
    const std::wstring wide = Utf16(name);
    HANDLE mutex = MakeMutex(L"Global\\" + wide);
    if (mutex == nullptr && GetLastError() == ERROR_ACCESS_DENIED) mutex = MakeMutex(L"Local\\" + wide);
    if (mutex == nullptr) return NamedLock(LockGrant::kUnavailable);
    const auto wait = std::clamp<std::chrono::milliseconds::rep>(timeout.count(), 0, INFINITE - 1);
    const DWORD outcome = WaitForMutex(mutex, static_cast<DWORD>(wait), cancellation);
    if (outcome == WAIT_OBJECT_0 || outcome == WAIT_ABANDONED_0) {
      return NamedLock(outcome == WAIT_OBJECT_0 ? LockGrant::kOwned : LockGrant::kAbandoned, [mutex] {
        ReleaseMutex(mutex);
        CloseHandle(mutex);
      });
    }
    CloseHandle(mutex);
    const bool busy = outcome == WAIT_TIMEOUT || outcome == WAIT_OBJECT_0 + 1;
    return NamedLock(busy ? LockGrant::kBusy : LockGrant::kUnavailable);
  }
};

}  // namespace

NamedLocks& SystemNamedLocks() {
  static SystemLocks locks;
  return locks;
}

}  // namespace msiv2::windows
