// Locks between the processes of one Windows machine. Some are shared by name with the sibling libraries.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "msiv2/call.h"

namespace msiv2::windows {

/// LockGrant says how a lock was granted, or why not.
enum class LockGrant {
  kOwned,
  kAbandoned,  ///< owned; its last owner ended without releasing it: its work may be half done
  kBusy,       ///< another process or thread holds it and did not release it in time, or before the wait was
               ///< cancelled
  kUnavailable,  ///< the system refused to create or open it
};

/// Name returns "owned", "abandoned", "busy" or "unavailable". The view is static.
std::string_view Name(LockGrant grant) noexcept;

/// NamedLock is a lock as it was granted; the destructor releases an owned lock. Release it on the thread
/// that took it: Windows mutexes belong to a thread.
class NamedLock {
 public:
  /// NamedLock takes ownership of a grant. The destructor calls `release` once; `release` may be empty.
  explicit NamedLock(LockGrant grant, std::function<void()> release = {})
      : grant_(grant), release_(std::move(release)) {}
  NamedLock(NamedLock&& other) noexcept
      : grant_(other.grant_), release_(std::exchange(other.release_, nullptr)) {}
  NamedLock(const NamedLock&) = delete;
  NamedLock& operator=(const NamedLock&) = delete;
  NamedLock& operator=(NamedLock&&) = delete;
  ~NamedLock() {
    if (release_) release_();
  }

  LockGrant grant() const noexcept { return grant_; }
  /// IsOwned returns true if this object owns the lock.
  bool IsOwned() const noexcept { return grant_ == LockGrant::kOwned || grant_ == LockGrant::kAbandoned; }

 private:
  const LockGrant grant_;
  std::function<void()> release_;
};

/// NamedLocks takes locks by name. Tests pass an implementation that exists within the process.
class NamedLocks {
 public:
  virtual ~NamedLocks() = default;

  /// Take waits for the lock `name` (created by LockName, without a namespace), at most for the given time
  /// and until `cancellation` fires. Never throws.
  virtual NamedLock Take(const std::string& name, std::chrono::milliseconds timeout,
                         const CancellationToken& cancellation) = 0;
  NamedLock Take(const std::string& name, std::chrono::milliseconds timeout) {
    return Take(name, timeout, CancellationToken());
  }
};

/// LockName returns `prefix` followed by the first 32 lower-case hex digits of a SHA-256, the form that the
/// sibling libraries use (LCK-1). The digest is over `name` without surrounding white space and in upper
/// case. Only ASCII letters change their case. For a resource id with others, our locks and the siblings' do
/// not exclude each other. `prefix` is "MSAL_MI_K_" for keys and "MSAL_MI_P_" for certificates. For mints it
/// is "MSIV2_MINT_", which the sibling libraries do not use.
std::string LockName(std::string_view prefix, std::string_view name);

/// SystemNamedLocks returns the named mutexes of this Windows system: `Global\` first, `Local\` if access to
/// that is denied. A mutex that is created here grants its use to this user alone, so that no other user can
/// hold it (G-27). A mutex that another user has created first under that name is busy or unavailable, and
/// the caller must do without it. The reference is static. Windows only.
NamedLocks& SystemNamedLocks();

}  // namespace msiv2::windows
